/* Suggestions below a search field, by the combobox pattern of the ARIA Authoring Practices. Without this file the field
   is a field. A suggestion leads to its address; one without an address fills the field and sends the form.
   The element names where suggestions come from and the words that it says:
   <suggest-words data-from="/suche/vorschlaege.json" data-label="Suggestions" data-count="{count} suggestions"> */

const PAUSE_MS = 160;
const SHORTEST = 2;

class SuggestWords extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    if (!this.input || this.list) return;
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = `${this.input.id}-suggestions`;
    this.list.className = "suggest__list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.label);
    this.said = document.createElement("p");
    this.said.className = "unseen";
    this.said.setAttribute("role", "status");
    this.append(this.list, this.said);
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    // A press must not take the focus away before the click arrives.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.go(event.target.closest("[role=option]")));
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    this.asking?.abort();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE_MS);
  }

  async ask() {
    this.asking?.abort();
    const words = this.input.value.trim();
    if (words.length < SHORTEST) return this.close();
    this.asking = new AbortController();
    try {
      const address = new URL(this.dataset.from, location.href);
      address.searchParams.set("q", words);
      const answer = await fetch(address, { signal: this.asking.signal, credentials: "omit" });
      if (!answer.ok) return this.close();
      this.show((await answer.json()).suggestions);
    } catch {
      /* Offline, or somebody typed on: the field still searches. */
    }
  }

  show(rows) {
    if (document.activeElement !== this.input) return;
    this.mark(-1);
    this.list.replaceChildren(...rows.map((row, number) => this.option(row, number)));
    this.list.hidden = rows.length === 0;
    this.input.setAttribute("aria-expanded", String(rows.length > 0));
    this.said.textContent = this.dataset.count.replace("{count}", rows.length);
  }

  option(row, number) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${number}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    if (row.url) option.dataset.url = row.url;
    const label = document.createElement("bdi");
    label.lang = row.lang;
    label.textContent = row.label;
    const kind = document.createElement("span");
    kind.className = "suggest__kind";
    kind.textContent = row.kind;
    option.append(label, " ", kind);
    return option;
  }

  mark(number) {
    const options = [...this.list.children];
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
    this.active = number;
    if (number < 0) this.input.removeAttribute("aria-activedescendant");
    else {
      this.input.setAttribute("aria-activedescendant", options[number].id);
      options[number].scrollIntoView({ block: "nearest" });
    }
  }

  key(event) {
    const count = this.list.hidden ? 0 : this.list.children.length;
    if (event.key === "ArrowDown" && !count) {
      event.preventDefault();
      this.ask();
    } else if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // One place before the first is the field itself.
      this.mark(((this.active + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === "Enter" && count && this.active >= 0) {
      event.preventDefault();
      this.go(this.list.children[this.active]);
    } else if (event.key === "Escape" && count) {
      event.preventDefault();
      this.close();
    }
  }

  go(option) {
    if (option?.dataset.url) location.assign(option.dataset.url);
    else if (option) {
      this.input.value = option.querySelector("bdi").textContent;
      this.close();
      this.input.form.requestSubmit();
    }
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.mark(-1);
    this.said.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
  }
}

customElements.define("suggest-words", SuggestWords);
