# Puts the tables of docs/protocol.md, which a test keeps true, into the manual page.
#   awk -f protocol.awk docs/protocol.md keyward-protocol.7.in
# A line .\" @NAME@ of the page marks the part between <!-- NAME: … --> and <!-- end of NAME -->.

FNR == NR {
    if ($0 ~ /^<!-- end of /) {
        end_table()
        part = ""
    } else if (part != "") {
        convert($0)
    } else if ($0 ~ /^<!-- [a-z]+: made by /) {
        part = substr($2, 1, length($2) - 1)
    }
    next
}

/^\.\\" @[a-z]+@$/ {
    name = substr($2, 2, length($2) - 2)
    if (!(name in text)) {
        print "protocol.awk: docs/protocol.md has no part " name | "cat >&2"
        exit 1
    }
    printf "%s", text[name]
    next
}

{ print }

function put(line) {
    text[part] = text[part] line "\n"
}

function convert(line) {
    if (line ~ /^\|-/ || line == "") {
        return
    }
    if (line !~ /^\|/) {
        end_table()
    }
    if (line ~ /^### /) {
        put(".Ss " substr(line, 5))
    } else if (line ~ /^\| *`?(parameter|code)`? /) {
        put(".Bl -tag -width Ds")
        in_table = 1
    } else if (line ~ /^\|/) {
        row(line)
    } else {
        if (line ~ /^(Result|Errors):/) {
            put(".Pp")
        }
        prose(line)
    }
}

function end_table() {
    if (in_table) {
        put(".El")
    }
    in_table = 0
}

# | `name` | type | summary |  or  | number | `word` | summary |
function row(line,    cell) {
    split(line, cell, / *\| */)
    if (cell[2] ~ /^-/) {
        put(".It Li " plain(cell[3]) " Pq \\" cell[2])
    } else if (length(plain(cell[3])) < 50) {
        put(".It Li " plain(cell[2]) " Pq " plain(cell[3]))
    } else {
        put(".It Li " plain(cell[2]))
        if (!sub(/^array of /, "Any of ", cell[3])) {
            cell[3] = "One of " cell[3]
        }
        prose(cell[3] ".")
    }
    prose(cell[4])
}

# Without code spans and with the names of links alone.
function plain(s) {
    gsub(/`/, "", s)
    while (match(s, /\]\([^)]*\)/)) {
        s = substr(s, 1, RSTART - 1) substr(s, RSTART + RLENGTH)
    }
    gsub(/\[/, "", s)
    return s
}

# Text in lines of at most 78 characters, code spans in bold.
function prose(s,    words, count, i, line, bold, spans, n) {
    n = split(s, spans, "`")
    s = ""
    for (i = 1; i <= n; i++) {
        # Brackets of code are no links.
        s = s (i % 2 ? plain(spans[i]) : "\\fB" spans[i] "\\fR")
    }
    count = split(s, words, " ")
    line = ""
    for (i = 1; i <= count; i++) {
        # A sentence ends its line.
        if (line != "" && (length(line) + length(words[i]) > 77 || line ~ /[a-zA-Z)R]\.$/)) {
            put(line)
            line = ""
        }
        line = line (line == "" ? "" : " ") words[i]
    }
    if (line != "") {
        put(line)
    }
}
