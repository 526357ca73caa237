/* Watches which elements the Tab key reaches and whether one can see it. Runs in the page; see probes.keyboard. */
() => {
  const OPERABLE =
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], audio[controls], " +
    "video[controls], [contenteditable]";
  const STYLES = [
    "outlineStyle", "outlineWidth", "outlineColor", "boxShadow", "borderColor", "borderWidth", "backgroundColor",
    "color", "textDecoration",
  ];
  const isShown = (one) => one.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  const name = (one) =>
    `<${one.localName} class="${one.className}"> ${(one.innerText || one.name || one.id || "").trim().slice(0, 40)}`;
  // Outside the page, where no scrolling leads; within it the browser brings what has the focus into view.
  const isOutside = (box) => {
    const { scrollWidth, scrollHeight, scrollLeft, scrollTop } = document.scrollingElement;
    const isAside = box.right <= -Math.max(0, scrollLeft) || box.left >= scrollWidth;
    return isAside || box.bottom + scrollTop <= 0 || box.top + scrollTop >= scrollHeight;
  };

  // Of a group of radio buttons the Tab key reaches one.
  const groups = new Set();
  const elements = [...document.querySelectorAll(OPERABLE)].filter((one) => {
    if (one.disabled || one.tabIndex < 0 || !isShown(one) || one.closest("[inert]")) return false;
    if (one.type !== "radio") return true;
    const isFirst = !groups.has(one.name);
    groups.add(one.name);
    return isFirst;
  });

  // A label beside a hidden box may carry the ring, so the neighbours are looked at too.
  const looks = (one) =>
    [one, one.parentElement, one.nextElementSibling]
      .filter(Boolean)
      .map((part) => {
        const style = getComputedStyle(part);
        return STYLES.map((key) => style[key]).join("|");
      })
      .join();

  const before = new Map(elements.map((one) => [one, looks(one)]));
  const reached = new Set();
  const problems = [];
  document.addEventListener("focusin", ({ target }) => {
    const isFirst = !reached.has(target);
    reached.add(target);
    if (!isFirst || !before.has(target)) return;
    const style = getComputedStyle(target);
    const hasRing = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
    if (!hasRing && looks(target) === before.get(target)) problems.push(`focus is invisible: ${name(target)}`);
    // Part of the page may scroll by itself, as Wagtail's does, and the browser has not done so yet.
    target.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
    const box = target.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) problems.push(`focus on something without size: ${name(target)}`);
    if (isOutside(box)) problems.push(`focus lies outside the page: ${name(target)}`);
  });

  const isReached = (one) =>
    reached.has(one) || (one.type === "radio" && [...reached].some((other) => other.name === one.name));
  window.focusWatch = { problems, unreached: () => elements.filter((one) => !isReached(one)).map(name) };
  return elements.length;
}
