// Keeps the picture of the cluster: events say what may have changed, lists say what is. A full look every now and then
// finds what no event told of.
import { Missing } from '/api.js';
import { EventParser } from '/events.js';

const FULL_MILLIS = 30_000;
const GATHER_MILLIS = 120;
const FIRST_RETRY_MILLIS = 300;
const LONGEST_RETRY_MILLIS = 5_000;
/** The server sends a sign of life every 15 s. */
const SILENCE_MILLIS = 40_000;
/** More allocations than these at once are read as a list. */
const MAX_SINGLE = 20;

export class Cluster {
  constructor(api, update, onFailure) {
    this.api = api;
    this.update = update;
    this.onFailure = onFailure;
    this.allocations = new Map();
    this.dirty = new Set();
    this.lastId = '';
    this.retry = FIRST_RETRY_MILLIS;
    this.stopped = false;
    this.busy = false;
  }

  start() {
    this.listen();
    this.full = setInterval(() => this.look('*'), FULL_MILLIS);
  }

  stop() {
    this.stopped = true;
    clearInterval(this.full);
    this.abort && this.abort.abort();
  }

  async listen() {
    while (!this.stopped) {
      this.abort = new AbortController();
      const parser = new EventParser((event) => this.happened(event));
      try {
        const headers = this.lastId === '' ? {} : { 'Last-Event-ID': this.lastId };
        await this.api.stream('/v1/events', {}, headers, this.abort.signal, () => {
          this.retry = FIRST_RETRY_MILLIS;
          this.update({ connection: 'live' });
          this.watch();
          this.look('*');
        }, (text) => {
          this.watch();
          parser.push(text);
          this.lastId = parser.lastId || this.lastId;
        });
      } catch (failure) {
        this.onFailure(failure);
      }
      clearTimeout(this.silence);
      if (!this.stopped) {
        this.update({ connection: 'reconnecting' });
        await new Promise((resolve) => setTimeout(resolve, this.retry * (0.5 + Math.random() / 2)));
        this.retry = Math.min(this.retry * 2, LONGEST_RETRY_MILLIS);
      }
    }
  }

  /** A connection that nothing is heard on is none. */
  watch() {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.abort.abort(), SILENCE_MILLIS);
  }

  happened(event) {
    this.look(event.type.startsWith('allocation-') && event.data ? event.data.subject : event.type === 'reset' ? '*' : '');
  }

  /** Looks again soon: at everything (`*`), at one allocation, at the lists of jobs and nodes (always). */
  look(what) {
    this.dirty.add(what);
    if (!this.gathering && !this.stopped) {
      this.gathering = setTimeout(() => this.refresh(), GATHER_MILLIS);
    }
  }

  async refresh() {
    if (this.busy) {
      this.gathering = setTimeout(() => this.refresh(), GATHER_MILLIS);
      return;
    }
    this.gathering = null;
    this.busy = true;
    const dirty = this.dirty;
    this.dirty = new Set();
    try {
      const [jobs, nodes] = await Promise.all([this.api.all('/v1/jobs'), this.api.all('/v1/nodes')]);
      dirty.delete('');
      if (dirty.has('*') || dirty.size > MAX_SINGLE) {
        const list = await this.api.all('/v1/allocations');
        this.truncated = list.truncated;
        this.allocations = new Map(list.items.map((allocation) => [allocation.id, allocation]));
      } else {
        const changed = new Map(this.allocations);
        await Promise.all([...dirty].map((id) => this.refreshOne(id, changed)));
        this.allocations = changed;
      }
      this.update({
        jobs: jobs.items, nodes: nodes.items, allocations: this.allocations, loaded: true, now: Date.now(),
        truncated: Boolean(jobs.truncated || nodes.truncated || this.truncated),
      });
    } catch (failure) {
      // what could not be read stays to be looked at; the event stream tells when the server is back
      dirty.forEach((id) => this.dirty.add(id));
      this.onFailure(failure);
    } finally {
      this.busy = false;
    }
  }

  async refreshOne(id, into) {
    try {
      into.set(id, await this.api.one(`/v1/allocations/${encodeURIComponent(id)}`));
    } catch (failure) {
      if (!(failure instanceof Missing)) {
        throw failure;
      }
      into.delete(id);
    }
  }
}
