// Draws a node as a ship's hold seen from the bow, with its allocations stowed in it from the bottom up. A crate's area is
// the larger of its shares of the node's memory and cpu.
import { h } from '/preact.js';
import { ENDED, SIGNS, bytes, cores, name } from '/format.js';

const WIDTH = 264;
const HEIGHT = 150;
const COLUMNS = 4;
const LEFT = 18;
const TOP = 22;
const GAP = 2;
const SMALLEST = 9;
/** More crates are not drawn one by one. */
const MAX_CRATES = 200;

/** Stows crates, largest first, each where the stack is lowest. Answers rectangles in the hold's own measure. */
export function stow(crates) {
  const tops = new Array(COLUMNS).fill(0);
  const placed = [];
  for (const crate of [...crates].sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1))) {
    const columns = crate.share >= 0.3 ? COLUMNS : crate.share >= 0.08 ? 2 : 1;
    const height = Math.max(SMALLEST, (crate.share * HEIGHT * COLUMNS) / columns);
    let best = 0;
    let lowest = Infinity;
    for (let column = 0; column + columns <= COLUMNS; column += 1) {
      const top = Math.max(...tops.slice(column, column + columns));
      if (top < lowest) {
        lowest = top;
        best = column;
      }
    }
    for (let column = best; column < best + columns; column += 1) {
      tops[column] = lowest + height;
    }
    placed.push({ ...crate, column: best, columns, bottom: lowest, height });
  }
  // reservations of memory and of cpu together may ask for more area than there is: everything is drawn flatter then
  const scale = Math.min(1, HEIGHT / Math.max(HEIGHT, ...tops));
  const step = WIDTH / COLUMNS;
  return placed.map((crate) => ({
    ...crate,
    x: LEFT + crate.column * step + GAP / 2,
    y: TOP + HEIGHT - (crate.bottom + crate.height) * scale + GAP / 2,
    w: crate.columns * step - GAP,
    h: Math.max(2, crate.height * scale - GAP),
  }));
}

export function hold({ node, allocations, reservedOf, selected, act }) {
  const aboard = allocations.filter((allocation) => !ENDED.has(allocation.state));
  const crates = stow(aboard.slice(0, MAX_CRATES).map((allocation) => {
    const reserved = reservedOf(allocation);
    const share = Math.max(
      reserved.memoryBytes / Math.max(1, node.capacity.memoryBytes), reserved.cpuMillis / Math.max(1, node.capacity.cpuMillis));
    return { id: allocation.id, allocation, reserved, share };
  }));
  const gone = node.state === 'lost' || node.state === 'disconnected';
  return h('article', { class: `hold ${node.state}`, 'aria-label': `node ${node.name}, ${node.state}` },
    h('header', {},
      h('h3', {}, node.name),
      h('span', { class: `state ${node.state}` }, h('i', { 'aria-hidden': 'true' }, SIGNS[node.state]), node.state)),
    h('svg', { viewBox: '0 0 300 204', role: 'group', 'aria-label': `allocations on ${node.name}` },
      h('path', { class: 'hull', d: 'M3 14 H297 C298 90 297 140 291 160 C284 184 262 191 236 195 C206 199 180 200 150 200 C120 200 94 199 64 195 C38 191 16 184 9 160 C3 140 2 90 3 14 Z' }),
      h('path', { class: 'deck', d: 'M3 14 H34 V8 H58 V14 H242 V8 H266 V14 H297' }),
      h('rect', { class: 'inside', x: LEFT, y: TOP, width: WIDTH, height: HEIGHT, rx: 5 }),
      [0.25, 0.5, 0.75].map((part) => h('path', {
        class: 'rib', d: `M${LEFT} ${TOP + HEIGHT * part} h6 M${LEFT + WIDTH} ${TOP + HEIGHT * part} h-6`,
      })),
      crates.length === 0 && h('text', { class: 'empty', x: 150, y: TOP + HEIGHT / 2 + 4 }, gone ? 'no word from it' : 'empty'),
      crates.map((crate) => h(crateBox, { key: crate.id, crate, selected, act })),
      h('path', { class: 'keel', d: 'M132 200 h36 l-6 4 h-24 z' })),
    h(gauge, { label: 'cpu', used: node.reserved.cpuMillis, all: node.capacity.cpuMillis, text: cores, unit: 'cores' }),
    h(gauge, { label: 'memory', used: node.reserved.memoryBytes, all: node.capacity.memoryBytes, text: bytes, unit: '' }),
    h('footer', {},
      `${node.allocations} allocation${node.allocations === 1 ? '' : 's'}`,
      aboard.length > MAX_CRATES && `, ${MAX_CRATES} drawn`,
      !node.eligible && ' · takes no new work'));
}

function crateBox({ crate, selected, act }) {
  const { allocation, x, y, w, h: height } = crate;
  const label = `${name(allocation)}, ${allocation.state}, ${cores(crate.reserved.cpuMillis)} cores, `
    + `${bytes(crate.reserved.memoryBytes)}`;
  const text = w > 100 ? name(allocation) : `${allocation.job}`;
  const room = Math.floor((w - 26) / 6.4);
  return h('g', {
    class: `crate ${allocation.state} ${selected === allocation.id ? 'selected' : ''}`,
    role: 'button', tabindex: 0, 'aria-label': label, 'data-id': allocation.id,
    onClick: () => act.select(allocation.id),
    onKeyDown: (event) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        act.select(allocation.id);
      }
    },
  },
  h('title', {}, label),
  h('rect', { x, y, width: w, height, rx: Math.min(3, height / 3) }),
  height >= 13 && h('text', { class: 'sign', x: x + 8, y: y + Math.min(height / 2 + 3.6, 14) }, SIGNS[allocation.state]),
  height >= 13 && room >= 3 && h('text', { x: x + 17, y: y + Math.min(height / 2 + 3.6, 14) },
    text.length > room ? `${text.slice(0, room - 1)}…` : text));
}

function gauge({ label, used, all, text, unit }) {
  const share = all === 0 ? 0 : Math.min(1, used / all);
  return h('div', { class: 'gauge' },
    h('span', {}, label),
    h('div', {
      class: 'meter', role: 'meter', 'aria-label': `${label} reserved`, 'aria-valuemin': 0, 'aria-valuemax': 100,
      'aria-valuenow': Math.round(share * 100),
    }, h('i', { class: share > 0.9 ? 'full' : '', style: { width: `${share * 100}%` } })),
    h('span', { class: 'number' }, `${text(used)} / ${text(all)} ${unit}`));
}
