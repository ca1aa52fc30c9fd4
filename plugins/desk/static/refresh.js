// Keeps the element with data-refresh up to date while somebody looks: the server's own markup, asked for again.
(() => {
  const EVERY = 5000;
  const refresh = async () => {
    const shown = document.querySelector("[data-refresh]");
    if (!shown) return;
    const isUsed = shown.contains(document.activeElement) || document.querySelector("dialog[open]");
    if (!document.hidden && !isUsed) {
      try {
        const answer = await fetch(location.href, { credentials: "same-origin" });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(shown.id);
        if (answer.ok && fresh) shown.replaceWith(document.adoptNode(fresh));
      } catch {
        // Airflow is away for a moment: the next time.
      }
    }
    setTimeout(refresh, EVERY);
  };
  setTimeout(refresh, EVERY);
})();
