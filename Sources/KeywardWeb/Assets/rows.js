"use strict";
// Live rows: the page asks for them every 2 seconds while somebody can see it.
const table = document.querySelector("[data-rows]");
if (table) {
  const body = table.tBodies[0];
  const live = document.getElementById("live");
  let mark = table.dataset.mark;
  let polls = 0;
  let lost = null;
  const show = (html) => {
    const fresh = document.createElement("template");
    fresh.innerHTML = "<table><tbody>" + html + "</tbody></table>";
    const rows = [...fresh.content.querySelectorAll("tr")];
    const ids = rows.map((row) => row.id).join(" ");
    const focus = document.activeElement?.id;
    if (ids !== [...body.rows].map((row) => row.id).join(" ")) {
      body.replaceChildren(...rows);
      live.textContent = "The list has changed: " + rows.length + " keys on this page.";
    } else {
      rows.forEach((row, index) => {
        const old = body.rows[index];
        old.className = row.className;
        [...row.cells].forEach((cell, column) => {
          const place = old.cells[column];
          if (place.innerHTML === cell.innerHTML) return;
          const isNews = place.textContent !== cell.textContent && place.dataset.label !== "Last used";
          place.replaceChildren(...cell.childNodes);
          if (isNews) place.classList.add("changed");
        });
      });
    }
    if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus();
  };
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
    const time = new Date().toLocaleTimeString();
    lost.textContent = "No connection since " + time + ". The rows may be out of date.";
    table.before(lost);
  };
  const poll = async () => {
    if (document.visibilityState !== "visible") return;
    const address = table.dataset.rows + (table.dataset.rows.includes("?") ? "&" : "?");
    // Every half minute the relative times are renewed as well.
    const after = ++polls % 15 ? "after=" + mark : "";
    try {
      const answer = await fetch(address + after, { signal: AbortSignal.timeout(8000) });
      report(!answer.ok);
      if (answer.status === 200) {
        show(await answer.text());
        mark = answer.headers.get("X-Rows");
      }
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
