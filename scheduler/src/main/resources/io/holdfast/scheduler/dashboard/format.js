// Numbers and states as people read them.
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

export function bytes(value) {
  let unit = 0;
  let number = value;
  while (number >= 1024 && unit < UNITS.length - 1) {
    number /= 1024;
    unit += 1;
  }
  return `${number >= 100 || Number.isInteger(number) ? Math.round(number) : number.toFixed(1)} ${UNITS[unit]}`;
}

export function cores(millis) {
  return String(Math.round(millis / 10) / 100);
}

export function ago(time, now) {
  if (!time) {
    return '—';
  }
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (seconds < 5) {
    return 'just now';
  }
  const steps = [[60, 's'], [60, 'min'], [24, 'h'], [Infinity, 'd']];
  let value = seconds;
  for (const [size, unit] of steps) {
    if (value < size) {
      return `${value} ${unit} ago`;
    }
    value = Math.floor(value / size);
  }
  return time;
}

/** Never colour alone: each state has a sign of its own. */
export const SIGNS = {
  pending: '◌', starting: '◔', running: '●', stopping: '◒', complete: '✓', failed: '✕', stopped: '■', lost: '?',
  updating: '↻', ready: '●', draining: '◒', drained: '○', disconnected: '◌',
};

export const ENDED = new Set(['complete', 'failed', 'stopped', 'lost']);

export function name(allocation) {
  return `${allocation.job}.${allocation.group}[${allocation.index}]`;
}
