"use strict";
// Copying: it says "Copied" only when the text is on the clipboard.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const report = document.getElementById("copied");
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    report.textContent = "";
    try {
      await navigator.clipboard.writeText(field.value);
      report.textContent = "Copied.";
      report.className = "good";
    } catch {
      field.focus();
      field.select();
      report.textContent = "The browser did not copy it. The key is selected: press Ctrl+C.";
      report.className = "notice";
    }
  });
}

// A second click must not send a form again.
for (const form of document.querySelectorAll("form.change")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.disabled = false;
  }
});

// A form with faults: the first one gets the focus.
document.querySelector("[aria-invalid]")?.focus();

// Advice on a name while it is typed. The daemon decides.
const name = document.querySelector("[data-name-advice]");
if (name) {
  const report = document.getElementById("name-check");
  const advise = () => {
    const text = name.value;
    let advice = "";
    if (/@/.test(text)) advice = "This looks like an address. Do not use personal names or customer data.";
    else if (/[A-Z]/.test(text)) advice = "Use lower-case letters.";
    else if (/\s/.test(text)) advice = "Use dashes instead of spaces.";
    else if (/[^a-z0-9._-]/.test(text)) advice = "Use only a-z, 0-9, dots, dashes and underscores.";
    else if (text.length > 64) advice = "Use at most 64 characters.";
    else if (/\d{6,}/.test(text)) advice = "A long number may be customer data. Name the purpose instead.";
    else if (/^[._-]|[._-]$/.test(text)) advice = "Begin and end with a letter or a digit.";
    else if (text && !/[._-]/.test(text)) advice = "Name the environment too, for example staging-" + text + ".";
    if (report.textContent !== advice) report.textContent = advice;
    report.className = advice ? "notice" : "";
  };
  name.addEventListener("input", advise);
  advise();
}
