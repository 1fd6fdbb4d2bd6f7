// Bare SQLite: inserts rows like those of a daemon's newest key, each key in a transaction, WAL with FULL.
//   inserts SOURCE-DATABASE TARGET-DATABASE COUNT SECONDS RATE
// COUNT keys or SECONDS, whatever ends first; RATE transactions a second, 0 for as many as it can. One line of JSON on
// stdout tells the rate. The target is made with the source's tables if it is not there.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_COLUMNS = 64 };

// A statement that inserts into a table, and the row to insert, except its unique values.
struct row {
    sqlite3_stmt *insert;
    sqlite3_value *values[MOST_COLUMNS];
    char names[MOST_COLUMNS][32];
    int count;
};

static sqlite3 *source, *target;

static void check(sqlite3 *database, int status) {
    if (status == SQLITE_OK || status == SQLITE_ROW || status == SQLITE_DONE) return;
    fprintf(stderr, "inserts: %s\n", sqlite3_errmsg(database));
    exit(1);
}

static void run(const char *sql) { check(target, sqlite3_exec(target, sql, NULL, NULL, NULL)); }

static sqlite3_stmt *prepare(sqlite3 *database, const char *sql) {
    sqlite3_stmt *statement;
    check(database, sqlite3_prepare_v2(database, sql, -1, &statement, NULL));
    return statement;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static struct row template_of(const char *table, const char *query) {
    struct row row = {0};
    sqlite3_stmt *select = prepare(source, query);
    if (sqlite3_step(select) != SQLITE_ROW) exit(1);
    row.count = sqlite3_column_count(select);
    if (row.count > MOST_COLUMNS) exit(1);
    char sql[512];
    size_t length = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);
    for (int i = 0; i < row.count; i++) {
        row.values[i] = sqlite3_value_dup(sqlite3_column_value(select, i));
        snprintf(row.names[i], sizeof row.names[i], "%s", sqlite3_column_name(select, i));
        if (i > 0) length += (size_t)snprintf(sql + length, sizeof sql - length, ", ?");
    }
    snprintf(sql + length, sizeof sql - length, ")");
    sqlite3_finalize(select);
    row.insert = prepare(target, sql);
    return row;
}

static void insert(struct row *row, int64_t number) {
    char text[64];
    unsigned char digest[32];
    for (int i = 0; i < row->count; i++) {
        const char *name = row->names[i];
        if (!strcmp(name, "number") || !strcmp(name, "seq")) {
            sqlite3_bind_int64(row->insert, i + 1, number);
        } else if (!strcmp(name, "id") || !strcmp(name, "key_id")) {
            snprintf(text, sizeof text, "key_%026lld", (long long)number);
            sqlite3_bind_text(row->insert, i + 1, text, -1, SQLITE_TRANSIENT);
        } else if (!strcmp(name, "prefix")) {
            // Prefixes and digests are random in the daemon's rows too, so each has a random position in its index.
            unsigned scattered = (unsigned)number * 2654435761u;
            snprintf(text, sizeof text, "kw_%08x", scattered);
            sqlite3_bind_text(row->insert, i + 1, text, -1, SQLITE_TRANSIENT);
        } else if (!strcmp(name, "digest")) {
            sqlite3_randomness(sizeof digest, digest);
            sqlite3_bind_blob(row->insert, i + 1, digest, sizeof digest, SQLITE_TRANSIENT);
        } else {
            sqlite3_bind_value(row->insert, i + 1, row->values[i]);
        }
    }
    check(target, sqlite3_step(row->insert));
    sqlite3_reset(row->insert);
}

static void copy_schema(const char *path) {
    sqlite3_stmt *schema =
        prepare(source, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
    while (sqlite3_step(schema) == SQLITE_ROW) run((const char *)sqlite3_column_text(schema, 0));
    sqlite3_finalize(schema);
    char *attach = sqlite3_mprintf("ATTACH %Q AS source", path);
    run(attach);
    run("INSERT INTO workspaces SELECT * FROM source.workspaces; INSERT INTO meta SELECT * FROM source.meta");
    run("DETACH source");
    sqlite3_free(attach);
}

int main(int count, char **arguments) {
    if (count != 6) return 2;
    int64_t limit = atoll(arguments[3]), done = 0;
    double seconds = atof(arguments[4]), rate = atof(arguments[5]);
    check(source, sqlite3_open_v2(arguments[1], &source, SQLITE_OPEN_READONLY, NULL));
    check(target, sqlite3_open(arguments[2], &target));
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
    sqlite3_stmt *found = prepare(target, "SELECT count(*) FROM sqlite_master");
    sqlite3_step(found);
    int is_new = sqlite3_column_int(found, 0) == 0;
    sqlite3_finalize(found);
    if (is_new) copy_schema(arguments[1]);
    sqlite3_stmt *greatest = prepare(target, "SELECT ifnull(max(number), 0) FROM keys");
    sqlite3_step(greatest);
    int64_t first = sqlite3_column_int64(greatest, 0) + 1;
    sqlite3_finalize(greatest);
    struct row key = template_of("keys", "SELECT * FROM keys ORDER BY number DESC LIMIT 1");
    struct row entry = template_of("audit", "SELECT * FROM audit WHERE key_id IS NOT NULL ORDER BY seq DESC LIMIT 1");
    sqlite3_stmt *meta = prepare(target, "UPDATE meta SET last_key = max(last_key, ?1), mark = max(mark, ?1)");

    double start = now(), end = start;
    for (; done < limit && end - start < seconds; done++, end = now()) {
        double ahead = rate > 0 ? start + (double)done / rate - end : 0;
        if (ahead > 0) nanosleep(&(struct timespec){0, (long)(ahead * 1e9)}, NULL);
        run("BEGIN IMMEDIATE");
        insert(&key, first + done);
        insert(&entry, first + done);
        sqlite3_bind_int64(meta, 1, first + done);
        check(target, sqlite3_step(meta));
        sqlite3_reset(meta);
        run("COMMIT");
    }
    printf("{\"rate\": %.1f}\n", (double)done / (end - start));
    return 0;
}
