// One allocation: what it is, how its tasks are, and the end of their output.
import { Component, h } from '/preact.js';
import { ago, name } from '/format.js';
import { stateTag } from '/view.js';

export function details({ allocation, state, act }) {
  return h('aside', { class: 'details', 'aria-labelledby': 'details-title' },
    h('header', {},
      h('h2', { id: 'details-title' }, name(allocation)),
      h('button', { class: 'plain', type: 'button', onClick: act.deselect, ref: takeFocus, 'aria-label': 'close' }, '✕')),
    h('p', { class: 'summary' }, h(stateTag, { state: allocation.state }),
      allocation.reason && h('span', { class: 'dim' }, allocation.reason)),
    h('dl', {},
      pair('id', h('code', {}, allocation.id)),
      pair('node', allocation.node),
      pair('version', `v${allocation.jobVersion}`),
      pair('placed', ago(allocation.createdAt, state.now)),
      pair('started', ago(allocation.startedAt, state.now)),
      allocation.finishedAt && pair('ended', ago(allocation.finishedAt, state.now))),
    h('table', { class: 'tasks' },
      h('thead', {}, h('tr', {}, ['Task', 'State', 'Exit', 'Restarts'].map((title) => h('th', { scope: 'col' }, title)))),
      h('tbody', {}, allocation.tasks.map((task) => h('tr', { key: task.name },
        h('th', { scope: 'row' }, task.name),
        h('td', {}, task.state, task.reason && h('span', { class: 'dim' }, ` ${task.reason}`)),
        h('td', { class: 'number' }, task.exitCode !== null ? task.exitCode : task.signal !== null ? `signal ${task.signal}` : '—'),
        h('td', { class: 'number' }, task.restarts))))),
    h('div', { class: 'switches' },
      allocation.tasks.length > 1 && h(choice, {
        label: 'task', options: allocation.tasks.map((task) => task.name), value: state.task, choose: act.showTask,
      }),
      h(choice, { label: 'stream', options: ['stdout', 'stderr'], value: state.stream, choose: act.showStream }),
      h('span', { class: 'dim grow end', role: 'status' }, state.log.note)),
    h(Log, { label: `${state.stream} of ${state.task}`, text: state.log.text }));
}

function pair(key, value) {
  return h('div', {}, h('dt', {}, key), h('dd', {}, value));
}

function choice({ label, options, value, choose }) {
  return h('div', { class: 'choice', role: 'group', 'aria-label': label }, options.map((option) => h('button', {
    type: 'button', key: option, 'aria-pressed': String(option === value), onClick: () => choose(option),
  }, option)));
}

/** A stable function: it is called when the panel appears, not each time it is drawn. */
function takeFocus(element) {
  if (element) {
    element.focus();
  }
}

/** Shows text and follows its end, unless the reader has scrolled up. */
class Log extends Component {
  componentDidMount() {
    this.base.scrollTop = this.base.scrollHeight;
  }

  getSnapshotBeforeUpdate() {
    return this.base.scrollTop + this.base.clientHeight >= this.base.scrollHeight - 24;
  }

  componentDidUpdate(before, state, atEnd) {
    if (atEnd) {
      this.base.scrollTop = this.base.scrollHeight;
    }
  }

  render({ label, text }) {
    return h('pre', { class: 'log', tabindex: 0, 'aria-label': label }, text || h('span', { class: 'dim' }, 'nothing written yet'));
  }
}
