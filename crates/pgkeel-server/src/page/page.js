// Comfort only: every page works without this.
(() => {
  const root = document.documentElement;
  const kept = localStorage.getItem("pgkeel-theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
  const button = document.querySelector("[data-theme-button]");
  if (button) {
    button.hidden = false;
    const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    const label = () => { button.textContent = dark() ? "Light theme" : "Dark theme"; };
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      localStorage.setItem("pgkeel-theme", root.dataset.theme);
      label();
    });
    label();
  }
  for (const copy of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) break;
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.parentElement.querySelector("code").textContent);
      copy.textContent = "Copied";
    });
  }
  for (const area of document.querySelectorAll("[data-diagram]")) {
    const svg = area.querySelector("svg");
    const size = { w: svg.width.baseVal.value, h: svg.height.baseVal.value };
    let scale = 1;
    const zoom = (by) => {
      scale = Math.min(4, Math.max(0.1, scale * by));
      svg.setAttribute("width", size.w * scale);
      svg.setAttribute("height", size.h * scale);
    };
    area.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15);
    }, { passive: false });
    area.addEventListener("keydown", (event) => {
      if (event.key === "+") zoom(1.25);
      else if (event.key === "-") zoom(0.8);
      else if (event.key === "0") zoom(1 / scale);
    });
    const here = area.querySelector(".here rect");
    if (here) {
      area.scrollLeft = here.x.baseVal.value - area.clientWidth / 2;
      area.scrollTop = here.y.baseVal.value - area.clientHeight / 2;
    }
  }
  const live = document.querySelector("[data-live-text]");
  if (!document.body.dataset.live || !window.EventSource) return;
  const progress = document.querySelector("[data-progress]");
  let known = document.querySelector(".top .badge")?.classList[1];
  let source;
  // Parts of the page that change while somebody looks are drawn by the server and put in place here.
  const parts = document.querySelectorAll("[data-fragment]");
  let busy = false;
  const renew = async () => {
    if (!parts.length || busy || document.hidden) return;
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of parts) {
        const fresh = page.querySelector(`[data-fragment="${part.dataset.fragment}"]`);
        if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.innerHTML = fresh.innerHTML;
      }
    } catch { /* The next look comes soon. */ } finally { busy = false; }
  };
  const open = () => {
    source = new EventSource(document.body.dataset.live);
    source.addEventListener("looked", (event) => {
      if (event.data !== known) live.textContent = `The status is now ${event.data}: reload to see why.`;
      known = event.data;
      renew();
    });
    source.addEventListener("migration", (event) => {
      const what = JSON.parse(event.data);
      if (!progress) return;
      progress.hidden = false;
      const list = progress.querySelector("[data-progress-list]");
      const words = what.event?.replaceAll("_", " ");
      // What still runs is one line, however often it is said.
      const last = list.lastElementChild;
      const again = what.event === "still_running" && last?.dataset.event === what.event;
      const item = again ? last : document.createElement("li");
      item.dataset.event = what.event;
      const since = again ? Number(item.dataset.since) : Date.now();
      item.dataset.since = since;
      const time = again ? `${Math.round((Date.now() - since) / 1000)} s` : "";
      item.textContent = [words, what.label, what.sql, what.reason, time].filter(Boolean).join(" · ");
      if (!again) list.append(item);
    });
    source.addEventListener("ended", (event) => {
      const text = progress?.querySelector("[data-progress-text]");
      if (text) { progress.hidden = false; text.textContent = event.data; }
      live.textContent = "The migration ended: reload to see the result.";
    });
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) source?.close(); else if (source?.readyState === 2) open();
  });
  open();
})();
