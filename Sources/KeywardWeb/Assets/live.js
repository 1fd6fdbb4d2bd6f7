"use strict";
// Live parts: the page asks for them every 2 seconds while somebody can see it.
const live = document.getElementById("live");

// The column of relative times.
const lastUsed = 3;

// Replaces the rows that differ. The focus stays where it is.
function showRows(table, html) {
  const body = table.tBodies[0];
  const fresh = document.createElement("template");
  fresh.innerHTML = "<table><tbody>" + html + "</tbody></table>";
  const rows = [...fresh.content.querySelectorAll("tr")];
  const ids = rows.map((row) => row.id).join(" ");
  if (ids !== [...body.rows].map((row) => row.id).join(" ")) {
    body.replaceChildren(...rows);
    live.textContent = "The list has changed: " + rows.length + " keys on this page.";
    return;
  }
  rows.forEach((row, index) => {
    const old = body.rows[index];
    old.className = row.className;
    [...row.cells].forEach((cell, column) => {
      const place = old.cells[column];
      if (place.innerHTML === cell.innerHTML) return;
      // The passing of time is no news.
      const isNews = place.textContent !== cell.textContent && column !== lastUsed;
      place.replaceChildren(...cell.childNodes);
      if (isNews) place.classList.add("changed");
    });
  });
}

function showPanel(panel, html) {
  panel.innerHTML = html;
  live.textContent = "The rotation has changed.";
}

// The keys that a table shows.
function keysOf(table) {
  return "&keys=" + [...table.tBodies[0].rows].map((row) => row.id).join(",");
}

function keepCurrent(part, address, show, shown = () => "") {
  let mark = part.dataset.mark;
  let polls = 0;
  let lost = null;
  const report = (isLost) => {
    if (isLost === (lost !== null)) return;
    if (!isLost) {
      lost.remove();
      lost = null;
      return;
    }
    lost = document.createElement("p");
    lost.className = "message notice lost";
    lost.setAttribute("role", "alert");
    lost.textContent =
      "No connection since " + new Date().toLocaleTimeString() + ". This page may be out of date.";
    part.before(lost);
  };
  const poll = async () => {
    if (document.visibilityState !== "visible") return;
    // Every half minute the whole part is renewed, with its relative times.
    const after = ++polls % 15 ? "after=" + mark + shown(part) : "";
    try {
      const answer = await fetch(address + (address.includes("?") ? "&" : "?") + after, {
        signal: AbortSignal.timeout(8000),
      });
      report(!answer.ok);
      if (!answer.ok) return;
      mark = answer.headers.get("X-Mark");
      if (answer.status !== 200) return;
      const focus = document.activeElement?.id;
      show(part, await answer.text());
      if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus();
    } catch {
      report(true);
    }
  };
  const loop = async () => {
    await poll();
    setTimeout(loop, 2000);
  };
  setTimeout(loop, 2000);
  document.addEventListener("visibilitychange", poll);
}

for (const table of document.querySelectorAll("[data-rows]")) keepCurrent(table, table.dataset.rows, showRows, keysOf);
for (const panel of document.querySelectorAll("[data-panel]")) keepCurrent(panel, panel.dataset.panel, showPanel);
