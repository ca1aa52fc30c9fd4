// Inside Airflow the pages stand in a frame that may neither open windows nor lead the page around it elsewhere: links to
// other sites and to Airflow's own pages are followed by the page around it.
document.addEventListener("click", (event) => {
  const anchor = event.target.closest("a[target=_blank], a[data-airflow]");
  if (!anchor || window.parent === window) return;
  event.preventDefault();
  const outer = window.parent.document.createElement("a");
  outer.href = anchor.href;
  if (!("airflow" in anchor.dataset)) {
    outer.target = "_blank";
    outer.rel = "noopener noreferrer nofollow";
  }
  outer.click();
});

// The way back to Airflow is around the frame already.
if (window.parent !== window) {
  for (const anchor of document.querySelectorAll("[data-alone]")) anchor.hidden = true;
}

// A button with a question asks it first, in the page: the frame allows no dialogs of the browser's own.
const ask = (question, button) => {
  const dialog = document.createElement("dialog");
  const said = Object.assign(document.createElement("p"), { textContent: question, id: "question" });
  const choices = Object.assign(document.createElement("form"), { method: "dialog", className: "filters" });
  const no = Object.assign(document.createElement("button"), { textContent: "Leave it", className: "plain", value: "no" });
  const yes = Object.assign(document.createElement("button"), { textContent: button.textContent, value: "yes" });
  choices.append(no, yes);
  dialog.append(said, choices);
  dialog.setAttribute("aria-labelledby", said.id);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (dialog.returnValue !== "yes") return button.focus();
    button.dataset.asked = "";
    button.form.requestSubmit(button);
  });
  document.body.append(dialog);
  dialog.showModal();
};

// What changes something is sent once: its button is off until the answer comes, or the page is shown again.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.target.method !== "post") return;
  if (button.dataset.ask && !("asked" in button.dataset)) {
    event.preventDefault();
    ask(button.dataset.ask, button);
    return;
  }
  // Not at once: what is off is not sent along.
  setTimeout(() => {
    for (const each of event.target.querySelectorAll("button")) each.disabled = true;
  });
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[method=post] button")) {
    button.disabled = false;
    delete button.dataset.asked;
  }
});
