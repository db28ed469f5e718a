// The controls of the report. Text goes in as text nodes only, and nothing is fetched.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const colours = ["#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"];
  const dashes = ["", "6 3", "8 3 2 3", "2 3"];
  const get = (id) => document.getElementById(id);
  const name = (code) => (Object.hasOwn(data.names, code) ? data.names[code] : code);

  // Three significant digits with thousands apart, as everywhere in the report.
  const number = (value) => {
    if (value === null || value === undefined) return "-";
    if (value === 0) return "0";
    const text = Number(value.toPrecision(3)).toLocaleString("en-US", { maximumFractionDigits: 10 });
    return text === "0" || text === "-0" ? value.toExponential(2) : text;
  };
  const percent = ([value]) => (value === null ? "-" : `${number(100 * value)}\u00a0%`);
  const interval = ([, low, high], factor, unit) =>
    low === null || high === null ? "no interval" : `${number(factor * low)} to ${number(factor * high)}${unit}`;
  const plural = (unit) => (/^[a-z]{3,}$/i.test(unit) ? `${unit}s` : unit);

  const html = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== null) element.textContent = text;
    return element;
  };
  const svg = (tag, attributes, text = null) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== null) element.textContent = text;
    return element;
  };

  const fill = (select, codes, label) => {
    const before = select.value;
    const options = codes.map((code, index) => html("option", label(code), { value: String(index) }));
    select.replaceChildren(...options);
    select.codes = codes;
    const kept = [...select.options].findIndex((option) => option.textContent === select.chosenText);
    select.value = String(Math.max(0, kept));
    return before !== select.value;
  };
  const chosen = (select) => select.codes[Number(select.value)];
  const unique = (list) => [...new Set(list)];

  const material = get("material"), place = get("place"), sector = get("sector"), policy = get("policy");

  const narrow = () => {
    const ofMaterial = data.users.filter((user) => user.material === chosen(material));
    fill(place, unique(ofMaterial.map((user) => user.place)), name);
    const there = ofMaterial.filter((user) => user.place === chosen(place));
    fill(sector, unique(there.map((user) => user.sector)), (code) => code);
    return there.find((user) => user.sector === chosen(sector));
  };

  const frame = { left: 70, right: 30, top: 12, bottom: 46, width: 640, height: 320 };

  // Round steps of an axis, at most five.
  const ticks = (most) => {
    const rough = most / 5, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
    return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
  };

  const axes = (box, x, y, labelX, labelY, ticksX, ticksY, textX, textY) => {
    const bottom = frame.height - frame.bottom;
    for (const tick of ticksX) {
      box.append(svg("line", { x1: x(tick), x2: x(tick), y1: frame.top, y2: bottom, class: "grid" }));
      box.append(svg("text", { x: x(tick), y: bottom + 16, "text-anchor": "middle" }, textX(tick)));
    }
    for (const tick of ticksY) {
      box.append(svg("line", { x1: frame.left, x2: frame.width - frame.right, y1: y(tick), y2: y(tick), class: "grid" }));
      box.append(svg("text", { x: frame.left - 6, y: y(tick) + 4, "text-anchor": "end" }, textY(tick)));
    }
    box.append(svg("text", { x: (frame.left + frame.width - frame.right) / 2, y: frame.height - 8, "text-anchor": "middle" }, labelX));
    const middle = (frame.top + bottom) / 2;
    box.append(svg("text", { x: 14, y: middle, "text-anchor": "middle", transform: `rotate(-90 14 ${middle})` }, labelY));
  };

  const curve = (user) => {
    const box = get("curve");
    box.replaceChildren();
    const all = data.policies.flatMap((key) => (user.under[key] ? user.under[key].curve : []));
    const most = Math.max(...all.map(([, level]) => level), 0);
    const least = Math.min(...all.map(([chance]) => chance), 0.1);
    const across = frame.width - frame.left - frame.right, down = frame.height - frame.top - frame.bottom;
    const x = (level) => frame.left + (across * level) / (most || 1);
    const y = (chance) => frame.top + (down * Math.log(chance)) / Math.log(least);
    const decades = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001].filter((chance) => chance >= least * 0.999);
    axes(box, x, y, `missing in a year, ${plural(user.unit)}`, "chance in a year", most > 0 ? ticks(most) : [0], decades,
      number, (chance) => `${number(100 * chance)} %`);
    data.policies.forEach((key, index) => {
      const points = user.under[key] ? user.under[key].curve : [];
      const path = points.map(([chance, level], at) => `${at ? "L" : "M"}${x(level).toFixed(1)} ${y(chance).toFixed(1)}`);
      box.append(svg("path", {
        d: path.join(""), fill: "none", stroke: colours[index % colours.length],
        "stroke-dasharray": dashes[index % dashes.length], "stroke-width": key === chosen(policy) ? 4 : 1.5,
      }));
    });
    box.setAttribute("aria-label", `Chance in a year that more is missing than an amount, one line for each policy; the largest amount is ${number(most)} ${plural(user.unit)}`);
  };

  const table = (user) => {
    const rows = data.policies.filter((key) => user.under[key]).map((key) => {
      const under = user.under[key], row = html("tr", null);
      if (key === chosen(policy)) row.setAttribute("class", "chosen");
      const head = html("th", key, { scope: "row" });
      const at = data.policies.indexOf(key);
      const swatch = svg("svg", { width: 34, height: 10, "aria-hidden": "true" });
      swatch.append(svg("line", { x1: 0, x2: 30, y1: 5, y2: 5, stroke: colours[at % colours.length], "stroke-width": 3, "stroke-dasharray": dashes[at % dashes.length] }));
      head.prepend(swatch);
      row.append(head);
      for (const measure of ["chance", "mean", "tail"]) {
        const cell = html("td", percent(under[measure]));
        cell.append(html("br", null), html("small", `(${interval(under[measure], 100, "\u00a0%")})`));
        row.append(cell);
      }
      const longest = html("td", number(under.longest[0]));
      row.append(longest);
      return row;
    });
    get("numbers").replaceChildren(...rows);
  };

  const tell = (user) => {
    const under = user.under[chosen(policy)];
    const who = `${name(user.material)}, ${name(user.place)}, ${user.sector}`;
    get("told").textContent = under
      ? `Under policy ${chosen(policy)}, ${who}: short in ${percent(under.chance)} of the runs; ${percent(under.mean)} of the requirement is missing on average, ${percent(under.tail)} in the worst 5\u00a0% of runs.`
      : `Policy ${chosen(policy)} has no runs of ${who}.`;
  };

  const user = () => {
    const found = narrow();
    curve(found);
    table(found);
    tell(found);
  };

  const stock = get("stock"), size = get("size");

  const amount = (position, of) => position * of.step;

  const cover = () => {
    const of = chosen(stock);
    const at = Number(size.value), held = amount(at, of);
    const [share, low, high] = of.covered[at];
    const next = at + 1 < of.covered.length ? of.covered[at + 1][0] : null;
    const days = of.days === null ? "" : `, ${number(held * of.days)} days of its users' use`;
    const filled = of.fill === null ? "" : ` Filling it takes ${number(held * of.fill)} USD at baseline prices.`;
    const cost = of.usd === null || held === 0 ? "" : `${filled} Over the horizon it ${of.usd < 0 ? "earns" : "costs"} ${number(Math.abs(held * of.usd))} USD on average, if that grows with size; what it sells in a crisis and what is left of it count.`;
    const more = next === null ? "" : ` ${number(of.step)} ${plural(of.unit)} more cover ${number(100 * (next - share))} points more.`;
    const text = `${number(held)} ${plural(of.unit)}${days}, would have covered ${percent([share])} of the runs (${interval([share, low, high], 100, "\u00a0%")}).${cost || filled}${more}`;
    get("covers").textContent = text;
    size.setAttribute("aria-valuetext", `${number(held)} ${plural(of.unit)}, ${percent([share])} of the runs`);
    const box = get("cover");
    box.replaceChildren();
    const most = amount(of.covered.length - 1, of);
    const across = frame.width - frame.left - frame.right, down = frame.height - frame.top - frame.bottom;
    const x = (value) => frame.left + (across * value) / (most || 1), y = (part) => frame.top + down * (1 - part);
    axes(box, x, y, `stock, ${plural(of.unit)}`, "share of runs covered", ticks(most), [0, 0.25, 0.5, 0.75, 1], number,
      (part) => `${number(100 * part)} %`);
    const side = (index) => of.covered.map((row, position) => `${x(amount(position, of)).toFixed(1)} ${y(row[index] ?? row[0]).toFixed(1)}`);
    box.append(svg("path", { d: `M${side(1).join("L")}L${side(2).reverse().join("L")}Z`, fill: "#0072B2", opacity: 0.18 }));
    box.append(svg("path", { d: `M${side(0).join("L")}`, fill: "none", stroke: "#0072B2", "stroke-width": 2 }));
    box.append(svg("line", { x1: x(held), x2: x(held), y1: y(0), y2: y(share), stroke: "#D55E00", "stroke-width": 2 }));
    box.append(svg("circle", { cx: x(held), cy: y(share), r: 6, fill: "#D55E00" }));
    box.setAttribute("aria-label", `Share of runs that a stock covers, with its interval; the stock chosen is ${number(held)} ${plural(of.unit)}`);
  };

  const slide = () => {
    const of = chosen(stock);
    size.max = String(of.covered.length - 1);
    const enough = of.covered.findIndex(([share]) => share >= 0.95);
    size.value = String(enough < 0 ? of.covered.length - 1 : enough);
    cover();
  };

  for (const select of [material, place, sector, policy]) {
    select.addEventListener("change", () => {
      select.chosenText = select.selectedOptions[0].textContent;
      user();
    });
  }
  fill(policy, data.policies, (key) => key);
  fill(material, unique(data.users.map((entry) => entry.material)), name);
  user();
  if (data.stocks.length > 0) {
    const title = (of) => (of.name === of.policy ? of.name : `${of.name}, policy ${of.policy}`);
    fill(stock, data.stocks, title);
    stock.addEventListener("change", slide);
    size.addEventListener("input", cover);
    slide();
    get("sizing").hidden = false;
  }
  get("explore").hidden = false;
})();
