/* The search of the copy. It needs no server: the page loads dinge.js (everything that can be found), and for each word
   that is looked for the one file of words that begin with its letter. Both call the functions below. */

const LONGEST_LIST = 60;
const SHORTEST_STEM = 4;
const REMOVED = /['’‘‛`´′＇ʹʻʼʽˊˋ\u0640]/g;
const LETTERS = {
  ß: "ss", ς: "σ", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i", æ: "ae", œ: "oe", ø: "oe", ґ: "г",
  "ٱ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "ہ": "ه",
};

/* As `kernel.folding.fold` does it, for what people type. */
const fold = (text) => {
  const plain = text.replace(/(?<=[\p{L}\p{N}])[·‧•](?=[\p{L}\p{N}])/gu, "").replace(REMOVED, "").normalize("NFKD").toLowerCase();
  let folded = "";
  let base = "";
  for (const char of plain) {
    if (char === "\u0308" && /^[aou]$/.test(base)) {
      folded += "e";
      base = "";
    } else if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(char)) {
      continue;
    } else if (/[\p{L}\p{N}\p{Mc}]/u.test(char)) {
      base = char;
      folded += LETTERS[char] ?? char;
    } else {
      base = "";
      folded += " ";
    }
  }
  return folded.split(" ").filter(Boolean);
};

/* Whether one letter more, less, other or swapped makes one word of the other. */
const isNear = (one, other) => {
  if (Math.abs(one.length - other.length) > 1 || one === other) return one === other;
  let at = 0;
  while (one[at] === other[at]) at += 1;
  const rest = (first, second) => one.slice(at + first) === other.slice(at + second);
  return rest(1, 1) || rest(1, 0) || rest(0, 1) ||
    (one[at] === other[at + 1] && one[at + 1] === other[at] && rest(2, 2));
};

class VillageSearch {
  constructor() {
    this.loaded = new Map();
    this.given = {};
    this.said = document.querySelector("[data-archive-said]");
    this.results = document.querySelector("[data-archive-results]");
    this.field = document.querySelector("main input[type=search]");
  }

  /* Called by dinge.js. */
  things(all) {
    this.all = all;
    this.titles = all.rows.map((row) => fold(row[0]).join(" "));
    const asked = new URLSearchParams(location.search).get("q") ?? "";
    this.field.value = asked;
    if (asked.trim()) this.find(asked);
  }

  /* Called by worte-….js. */
  words(letter, words) {
    this.given[letter] = words;
  }

  /* The words that begin with a letter. A letter with which nothing begins has no file. */
  load(letter) {
    if (!this.loaded.has(letter)) {
      this.loaded.set(letter, new Promise((done) => {
        const script = document.createElement("script");
        script.src = `worte-${letter.codePointAt(0).toString(16)}.js`;
        script.addEventListener("load", () => done(this.given[letter] ?? {}));
        script.addEventListener("error", () => done({}));
        document.head.append(script);
      }));
    }
    return this.loaded.get(letter);
  }

  /* Points of the things in which a word stands: {number: points}. */
  async pointsOf(word) {
    const points = new Map();
    const give = (number, more) => points.set(number, Math.max(points.get(number) ?? 0, more));
    const known = this.all.letters.includes([...word][0]) ? await this.load([...word][0]) : {};
    const take = (fits, value) => {
      for (const [other, numbers] of Object.entries(known)) {
        if (!fits(other)) continue;
        const exact = other === word ? 2 : 1;
        for (const one of numbers.split(" ")) give(parseInt(one, 10), value * exact * (one.endsWith("!") ? 4 : 1));
      }
    };
    take((other) => other.startsWith(word), 4);
    for (let cut = 1; cut <= 2 && word.length - cut >= SHORTEST_STEM; cut += 1) {
      const stem = word.slice(0, -cut);
      take((other) => other.startsWith(stem) && other.length <= word.length + 2, 2);
    }
    // German joins words: "müll" stands in "Sperrmüll".
    if (word.length >= SHORTEST_STEM) this.titles.forEach((title, number) => title.includes(word) && give(number, 3));
    if (!points.size && word.length >= SHORTEST_STEM) take((other) => isNear(word, other), 1);
    return points;
  }

  async find(asked) {
    const each = await Promise.all([...new Set(fold(asked))].slice(0, 8).map((word) => this.pointsOf(word)));
    const all = each.filter((points) => points.size);
    const counted = new Map();
    for (const points of all) {
      for (const [number, more] of points) {
        const [words, sum] = counted.get(number) ?? [0, 0];
        counted.set(number, [words + 1, sum + more]);
      }
    }
    const most = Math.max(0, ...[...counted.values()].map(([words]) => words));
    const best = [...counted].filter(([, [words]]) => words === most);
    best.sort(([one, [, first]], [other, [, second]]) => second - first || one - other);
    this.show(best.map(([number]) => this.all.rows[number]));
  }

  show(rows) {
    const { count, nothing } = this.said.dataset;
    this.said.textContent = rows.length ? count.replace("{count}", rows.length) : nothing;
    this.results.hidden = rows.length === 0;
    this.results.querySelector("ul").replaceChildren(...rows.slice(0, LONGEST_LIST).map((row) => this.card(row)));
  }

  card([title, address, kind, summary, language]) {
    const make = (name, className, text) => {
      const element = document.createElement(name);
      element.className = className;
      if (text) element.textContent = text;
      return element;
    };
    const card = make("li", "card");
    const text = make("div", "card__text");
    const head = make("h3", "card__title");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = title;
    head.append(link);
    text.append(make("p", "card__kicker", this.all.kinds[kind]), head);
    const line = summary ? make("p", "card__line", summary) : null;
    if (line) text.append(line);
    if (language !== document.documentElement.lang) {
      for (const element of [head, line]) if (element) Object.assign(element, { lang: language, dir: "ltr" });
    }
    card.append(text);
    return card;
  }
}

window.villageSearch = new VillageSearch();
