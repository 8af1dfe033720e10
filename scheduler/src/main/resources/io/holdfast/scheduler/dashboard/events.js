// Takes server-sent events apart as they arrive, in whatever pieces.
export class EventParser {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = '';
    this.lastId = '';
  }

  push(text) {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop();
    blocks.forEach((block) => this.block(block));
  }

  block(block) {
    let type = '';
    let data = '';
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) {
        this.lastId = line.slice(4);
      } else if (line.startsWith('event: ')) {
        type = line.slice(7);
      } else if (line.startsWith('data: ')) {
        data += line.slice(6);
      }
    }
    if (type) {
      this.onEvent({ type, data: type === 'reset' ? null : JSON.parse(data) });
    }
  }
}
