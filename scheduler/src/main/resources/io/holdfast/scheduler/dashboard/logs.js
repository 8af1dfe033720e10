// Follows one task's output and keeps its end.

/** Older text is forgotten. */
const MAX_CHARS = 200_000;
const RETRY_MILLIS = 2_000;

export class LogTail {
  constructor(api, onChange) {
    this.api = api;
    this.onChange = onChange;
    this.abort = null;
  }

  close() {
    clearTimeout(this.timer);
    this.abort && this.abort.abort();
    this.abort = null;
  }

  async open(allocation, task, stream) {
    this.close();
    const abort = new AbortController();
    this.abort = abort;
    let text = '';
    const show = (note) => abort === this.abort && this.onChange({ text, note });
    show('opening');
    try {
      const parameters = task ? { task, stream, follow: true } : { stream, follow: true };
      await this.api.stream(`/v1/allocations/${encodeURIComponent(allocation)}/logs`, parameters, {}, abort.signal,
        () => show('following'),
        (piece) => {
          text = (text + piece).slice(-MAX_CHARS);
          show('following');
        });
      show('ended');
    } catch (failure) {
      if (!abort.signal.aborted) {
        show(failure instanceof TypeError ? 'the connection broke, trying again' : failure.message);
        this.timer = setTimeout(() => this.open(allocation, task, stream), RETRY_MILLIS);
      }
    }
  }
}
