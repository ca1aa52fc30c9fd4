// Light or dark as Airflow shows itself (it keeps the choice in local storage), else as the browser prefers; also later.
(() => {
  const preferred = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("theme");
    } catch {
      // A browser that forbids storage has a preference all the same.
    }
    const dark = chosen === "dark" || (chosen !== "light" && preferred.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  follow();
  preferred.addEventListener("change", follow);
  window.addEventListener("storage", follow);
})();
