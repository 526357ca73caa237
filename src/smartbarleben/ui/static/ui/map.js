/* <village-map>: a map that can be moved, in place of the sketch that the page brings. Whatever it shows stands in
   the list beside it too. The library is fetched when the map comes into view; if that fails, the sketch stays. */

import { SIGNS, column, filled, make, row, sign } from "./map-parts.js";

const NEAR_PX = 46;
const MOST_TILES = 6;
const DEEPEST = 17;

class VillageMap extends HTMLElement {
  connectedCallback() {
    if (this.given) return;
    this.given = JSON.parse(this.dataset.map);
    this.words = JSON.parse(this.dataset.words);
    this.on = new Set(this.given.layers.filter((layer) => layer.on).map((layer) => layer.key));
    this.layers = new Map(this.given.layers.map((layer) => [layer.key, layer]));
    this.fetched = new Map();
    this.markers = new Map();
    this.night = matchMedia("(prefers-color-scheme: dark)");
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((one) => one.isIntersecting)) return;
      seen.disconnect();
      this.load().catch((problem) => this.fail(problem));
    });
    seen.observe(this);
  }

  fail(problem) {
    this.classList.remove("village-map--ready");
    this.canvas?.remove();
    this.tools?.remove();
    this.append(make("p", { class: "quiet", role: "status" }, this.words.failed));
    this.dataset.failed = String(problem?.message ?? problem);
  }

  async load() {
    const [library, look, pmtiles] = await Promise.all([
      import(this.given.library),
      import(this.given.look),
      this.given.tiles ? import(this.given.pmtiles) : null,
    ]);
    this.library = library;
    this.look = look;
    library.setWorkerUrl(new URL(this.given.worker, location.href).href);
    if (pmtiles) library.addProtocol("pmtiles", new pmtiles.Protocol().tile);
    this.canvas = make("div", { class: "map-canvas", dir: "ltr" });
    this.say = make("p", { class: "unseen", role: "status" });
    this.panel = make("div", { class: "map-panel", hidden: "" });
    this.tools = this.makeTools();
    this.append(this.canvas, this.tools, this.panel, this.say);
    this.start();
  }

  start() {
    const { library } = this;
    const shared = /^#karte=([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/.exec(location.hash);
    const [west, south, east, north] = this.given.box;
    const point = this.given.point;
    let view = { bounds: [[west, south], [east, north]], fitBoundsOptions: { padding: 20 } };
    if (point) view = { center: [point[0], point[1]], zoom: 15 };
    if (shared) view = { center: [Number(shared[3]), Number(shared[2])], zoom: Number(shared[1]) };
    this.map = new library.Map({
      container: this.canvas,
      style: this.look.style(this.given, this.night.matches),
      ...view,
      minZoom: 8,
      maxZoom: DEEPEST + 1.9,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      renderWorldCopies: false,
      fadeDuration: this.calm.matches ? 0 : 200,
      cooperativeGestures: matchMedia("(pointer: coarse)").matches,
      locale: {
        "Map.Title": this.words.map,
        "CooperativeGesturesHandler.MobileHelpText": this.words.two_fingers,
        "CooperativeGesturesHandler.WindowsHelpText": this.words.two_fingers,
        "CooperativeGesturesHandler.MacHelpText": this.words.two_fingers,
      },
    });
    this.map.keyboard.disableRotation();
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new library.ScaleControl(), "bottom-left");
    this.map.once("idle", () => {
      this.classList.add("village-map--ready");
      this.map.resize();
    });
    this.map.on("load", () => this.refresh());
    this.map.on("moveend", () => this.moved());
    this.map.on("error", (event) => (this.dataset.trouble = String(event.error?.message ?? event)));
    this.night.addEventListener("change", () => {
      this.map.setStyle(this.look.style(this.given, this.night.matches));
      this.map.once("styledata", () => this.refresh());
    });
    if (point) new library.Marker({ element: make("span", { class: "map-here" }), anchor: "bottom" }).setLngLat([point[0], point[1]]).addTo(this.map);
    this.followForm();
    this.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.panel.hidden) this.closePanel();
    });
  }

  makeTools() {
    const tools = make("div", { class: "map-tools" });
    const add = (name, act) => {
      const button = make("button", { type: "button", "aria-label": this.words[name], title: this.words[name] }, sign(SIGNS[name]));
      button.addEventListener("click", act);
      tools.append(button);
    };
    const go = () => ({ animate: !this.calm.matches, duration: 160 });
    add("closer", () => this.map.zoomIn(go()));
    add("farther", () => this.map.zoomOut(go()));
    add("whole", () => {
      const [west, south, east, north] = this.given.box;
      this.map.fitBounds([[west, south], [east, north]], { padding: 20, ...go() });
    });
    if (navigator.geolocation) add("here", () => this.locate());
    return tools;
  }

  locate() {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const at = [coords.longitude, coords.latitude];
        this.hereMarker ??= new this.library.Marker({ element: make("span", { class: "map-here map-here--me" }) });
        this.hereMarker.setLngLat(at).addTo(this.map);
        this.map.jumpTo({ center: at, zoom: Math.max(15, this.map.getZoom()) });
        /* Some hundred metres are near enough for a list; the exact position stays on the device. */
        this.showPanel(this.words.here_is, [], this.listFrom(at, 3, this.words.here_is));
      },
      () => this.showPanel(this.words.here_failed, []),
      { timeout: 15000, maximumAge: 60000 },
    );
  }

  listFrom([lon, lat], digits = 5, near = "") {
    const query = new URLSearchParams(location.search);
    query.set("punkt", `${lon.toFixed(digits)},${lat.toFixed(digits)}`);
    if (near) query.set("nahe", near);
    else query.delete("nahe");
    query.delete("seite");
    return `${location.pathname}?${query}`;
  }

  /* ---- what the page's form chooses ---- */

  followForm() {
    const form = document.querySelector(".map-form");
    if (!form) return;
    form.addEventListener("change", (event) => {
      if (event.target.name !== "ebene") return;
      const boxes = [...form.elements.ebene];
      const chosen = boxes.filter((box) => box.checked).map((box) => box.value);
      this.on = new Set(chosen);
      const query = new URLSearchParams(location.search);
      query.delete("ebene");
      query.delete("seite");
      if (chosen.length < boxes.length) for (const key of chosen.length ? chosen : [""]) query.append("ebene", key);
      const text = query.toString();
      history.replaceState(null, "", location.pathname + (text && `?${text}`) + location.hash);
      this.closePanel(false);
      this.refresh();
      /* Offline the map goes on with what it has, and the list stays. */
      this.followList().catch(() => {});
    });
  }

  async followList() {
    const asked = location.pathname + location.search;
    const answer = await fetch(asked);
    const list = document.querySelector(".map-list");
    if (!answer.ok || !list || asked !== location.pathname + location.search) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...fresh.querySelector(".map-list").childNodes);
    this.querySelector(".sketch")?.replaceWith(fresh.querySelector(".sketch") ?? "");
    this.share();
  }

  /* ---- marks ---- */

  moved() {
    const { lng, lat } = this.map.getCenter();
    const hash = `#karte=${this.map.getZoom().toFixed(1)}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
    history.replaceState(null, "", location.pathname + location.search + hash);
    this.share();
    this.refresh();
  }

  share() {
    const button = document.querySelector('[data-js="copy"]');
    if (button) button.dataset.address = location.pathname + location.search + location.hash;
  }

  /* The tiles of the view, one size larger than those of the picture: a handful fills a screen. */
  tilesInView() {
    const bounds = this.map.getBounds();
    let zoom = Math.max(0, Math.min(DEEPEST, Math.floor(this.map.getZoom()) - 1));
    for (; ; zoom -= 1) {
      const [left, right] = [column(bounds.getWest(), zoom), column(bounds.getEast(), zoom)].map(Math.floor);
      const [top, bottom] = [row(bounds.getNorth(), zoom), row(bounds.getSouth(), zoom)].map(Math.floor);
      const found = [];
      for (let x = Math.max(0, left); x <= Math.min(2 ** zoom - 1, right); x += 1)
        for (let y = Math.max(0, top); y <= Math.min(2 ** zoom - 1, bottom); y += 1) found.push([zoom, x, y]);
      if (found.length <= MOST_TILES || zoom === 0) return found;
    }
  }

  tile([z, x, y]) {
    const address = this.given.marks.replace("{z}", z).replace("{x}", x).replace("{y}", y);
    if (!this.fetched.has(address)) {
      const asked = fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));
      this.fetched.set(address, asked);
      asked.catch(() => this.fetched.delete(address));
    }
    return this.fetched.get(address);
  }

  async refresh() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const answers = await Promise.allSettled(this.tilesInView().map((tile) => this.tile(tile)));
    if (turn !== this.turn) return;
    const squares = new Map();
    const courses = [];
    let total = 0;
    for (const { properties, geometry, type } of answers.flatMap((one) => one.value?.features ?? [])) {
      if (!this.on.has(properties.layer)) continue;
      if (geometry.type === "LineString") {
        courses.push({ type, properties: {}, geometry });
        continue;
      }
      const square = squares.get(properties.square) ?? { count: 0, lon: 0, lat: 0, marks: [], layers: new Set() };
      square.lon += geometry.coordinates[0] * properties.count;
      square.lat += geometry.coordinates[1] * properties.count;
      square.count += properties.count;
      square.layers.add(properties.layer);
      if (properties.key) square.marks.push({ ...properties, at: geometry.coordinates });
      squares.set(properties.square, square);
      total += properties.count;
    }
    this.map.getSource("courses")?.setData({ type: "FeatureCollection", features: courses });
    this.place(this.joined([...squares.values()]));
    this.say.textContent = filled(this.words.shown, { count: total });
    this.dataset.shown = total;
  }

  /* Squares are cut without looking: what overlaps on the screen becomes one. */
  joined(squares) {
    const groups = [];
    for (const square of squares.sort((a, b) => b.count - a.count)) {
      const at = [square.lon / square.count, square.lat / square.count];
      const { x, y } = this.map.project(at);
      const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < NEAR_PX);
      if (near) {
        near.count += square.count;
        near.marks.push(...square.marks);
        for (const layer of square.layers) near.layers.add(layer);
      } else groups.push({ ...square, at, x, y });
    }
    return groups;
  }

  place(groups) {
    const wanted = new Map(groups.map((group) => [`${group.at}|${group.count}|${[...group.layers]}`, group]));
    const focused = document.activeElement?.dataset?.mark;
    for (const [key, { marker }] of this.markers) {
      if (wanted.has(key)) continue;
      marker.remove();
      this.markers.delete(key);
    }
    for (const [key, group] of wanted) {
      if (this.markers.has(key)) continue;
      const button = this.button(key, group);
      const marker = new this.library.Marker({ element: button }).setLngLat(group.at).addTo(this.map);
      button.setAttribute("role", "button");
      button.setAttribute("aria-label", this.nameOf(group));
      this.markers.set(key, { marker, button, group });
    }
    const { width, height } = this.canvas.getBoundingClientRect();
    const middle = ({ at }) => {
      const { x, y } = this.map.project(at);
      return Math.hypot(x - width / 2, y - height / 2);
    };
    const all = [...this.markers.values()].sort((a, b) => middle(a.group) - middle(b.group));
    const first = all.find((one) => one.button.dataset.mark === focused) ?? all[0];
    for (const one of all) one.button.tabIndex = one === first ? 0 : -1;
    if (focused && first && document.activeElement !== first.button && !this.panel.contains(document.activeElement)) first.button.focus();
  }

  nameOf({ count, marks }) {
    if (count === 1 && marks.length) return [marks[0].title, this.layers.get(marks[0].layer).label, marks[0].note].filter(Boolean).join(", ");
    const titles = marks.slice(0, 3).map((mark) => mark.title).join(", ");
    return filled(this.words.several, { count }) + (titles && `: ${titles}${marks.length > 3 || count > marks.length ? " …" : ""}`);
  }

  button(key, group) {
    const layer = group.layers.size === 1 ? this.layers.get([...group.layers][0]) : null;
    const single = group.count === 1 && group.marks.length === 1;
    const size = group.count >= 1000 ? "large" : group.count >= 100 ? "middle" : "small";
    const looks = `map-mark map-mark--${layer?.tone ?? "ink"} map-mark--${single ? "one" : size}`;
    const rough = single && group.marks[0].rough ? " map-mark--rough" : "";
    const button = make("button", { type: "button", class: looks + rough, "data-mark": key, tabindex: "-1" });
    if (single) button.append(sign(layer.path));
    else button.append(group.count >= 10000 ? `${Math.round(group.count / 1000)}k` : String(group.count));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.open(group, button);
    });
    button.addEventListener("keydown", (event) => this.step(event, button));
    return button;
  }

  /* The arrow keys go from mark to mark, and move the map where there is none. */
  step(event, button) {
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!direction) return;
    event.preventDefault();
    event.stopPropagation();
    const here = button.getBoundingClientRect();
    let best = null;
    for (const { button: other } of this.markers.values()) {
      const there = other.getBoundingClientRect();
      const [x, y] = [there.x - here.x, there.y - here.y];
      const ahead = x * direction[0] + y * direction[1];
      const aside = Math.abs(x * direction[1] + y * direction[0]);
      if (other === button || ahead <= 4 || aside > 2 * ahead) continue;
      if (!best || ahead + aside < best.away) best = { away: ahead + aside, other };
    }
    if (!best) {
      this.map.panBy(direction.map((part) => part * 120), { animate: !this.calm.matches });
      return;
    }
    button.tabIndex = -1;
    best.other.tabIndex = 0;
    best.other.focus();
  }

  open(group, button) {
    const closer = this.map.getZoom() < DEEPEST + 1;
    const apart = new Set(group.marks.map((mark) => String(mark.at))).size > 1;
    if (group.count > group.marks.length || (group.marks.length > 12 && apart)) {
      if (closer) {
        this.map.easeTo({ center: group.at, zoom: this.map.getZoom() + 2, animate: !this.calm.matches });
        return;
      }
      this.showPanel(filled(this.words.several, { count: group.count }), group.marks, this.listFrom(group.at), button);
      return;
    }
    const title = group.marks.length === 1 ? "" : filled(this.words.several, { count: group.count });
    this.showPanel(title, group.marks, group.marks.length > 1 ? this.listFrom(group.at) : "", button);
  }

  /* ---- the panel: what a mark says ---- */

  showPanel(title, marks, list = "", from = null) {
    this.from = from;
    const close = make("button", { type: "button", class: "map-panel__close", "aria-label": this.words.close }, sign(SIGNS.close));
    close.addEventListener("click", () => this.closePanel());
    const heading = make("p", { class: "map-panel__title", id: "map-panel-title" }, title || marks[0].title);
    const entries = make("ul", { class: "map-panel__list" });
    for (const mark of marks.slice(0, 12)) {
      const layer = this.layers.get(mark.layer);
      const notes = [layer.label, mark.note, mark.rough && this.words.rough, mark.example && this.words.example].filter(Boolean);
      const link = make("a", { href: mark.url, lang: mark.lang }, mark.title);
      entries.append(make("li", {}, link, make("span", { class: "map-panel__note" }, notes.join(" · "))));
    }
    if (!title) heading.className = "unseen";
    this.panel.replaceChildren(heading, entries, close);
    if (list) this.panel.append(make("a", { class: "map-panel__more", href: list }, this.words.list));
    this.panel.setAttribute("role", "dialog");
    this.panel.setAttribute("aria-labelledby", "map-panel-title");
    this.panel.hidden = false;
    (entries.querySelector("a") ?? close).focus({ preventScroll: true });
  }

  closePanel(back = true) {
    this.panel.hidden = true;
    if (!back) return;
    if (this.from?.isConnected) this.from.focus({ preventScroll: true });
    else this.map?.getCanvas().focus({ preventScroll: true });
  }
}

customElements.define("village-map", VillageMap);
