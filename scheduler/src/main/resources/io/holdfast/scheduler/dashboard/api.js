// Speaks to the API: lists page by page, one thing, and streams. EventSource cannot send a token, so streams are fetched.

/** Longer lists are cut, and the page says so. */
const MAX_ITEMS = 5000;
const PAGE = 1000;

export class Unauthenticated extends Error {}
export class Missing extends Error {}

export class Api {
  constructor(token, project) {
    this.token = token;
    this.project = project;
  }

  async fetch(path, parameters = {}, headers = {}, signal = undefined) {
    const query = new URLSearchParams({ project: this.project, ...parameters });
    const answer = await fetch(`${path}?${query}`, {
      headers: { Authorization: `Bearer ${this.token}`, ...headers }, signal, cache: 'no-store',
    });
    if (answer.ok) {
      return answer;
    }
    const problem = await answer.json().catch(() => ({}));
    const message = problem.detail || `the scheduler answered ${answer.status}`;
    throw answer.status === 401 ? new Unauthenticated(message)
      : answer.status === 404 ? new Missing(message) : new Error(message);
  }

  async one(path) {
    return (await this.fetch(path)).json();
  }

  /** All items, and whether there were more. */
  async all(path) {
    const items = [];
    let after = null;
    do {
      const page = await (await this.fetch(path, after ? { limit: PAGE, after } : { limit: PAGE })).json();
      items.push(...page.items);
      after = page.next;
    } while (after && items.length < MAX_ITEMS);
    return { items, truncated: Boolean(after) };
  }

  /** Calls `onText` with each piece of a streamed answer until it ends. */
  async stream(path, parameters, headers, signal, onOpen, onText) {
    const answer = await this.fetch(path, parameters, headers, signal);
    onOpen();
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }
      onText(decoder.decode(value, { stream: true }));
    }
  }
}
