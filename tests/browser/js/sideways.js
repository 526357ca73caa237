/* Elements that make the page scroll sideways, the widest first. */
() => {
  const room = document.documentElement.clientWidth;
  const needed = document.scrollingElement.scrollWidth;
  if (needed <= room) return [];
  const say = ([one, box]) =>
    `<${one.localName} class="${one.className}"> ${Math.round(box.left)}–${Math.round(box.right)}`;
  // What scrolls in a frame of its own does not make the page wide.
  const isInside = (one) => {
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return true;
    return false;
  };
  const wide = [...document.body.querySelectorAll("*")]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width && (box.right > room + 1 || box.left < -1) && !one.closest("svg") && !isInside(one))
    .sort((a, b) => b[1].width - a[1].width);
  return [`scrolls sideways: ${needed} px in ${room} px`, ...wide.slice(0, 4).map(say)];
}
