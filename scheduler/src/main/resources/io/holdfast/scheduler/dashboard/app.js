// Starts the page: finds the token, keeps one state, draws it whenever it changes.
import { h, render } from '/preact.js';
import { Api, Unauthenticated } from '/api.js';
import { Cluster } from '/cluster.js';
import { page, tokenForm } from '/view.js';
import { LogTail } from '/logs.js';

const root = document.getElementById('app');
root.textContent = '';

/** What is shown. Only `update` changes it. */
let state = {
  project: new URLSearchParams(location.search).get('project') || 'default',
  connection: 'connecting',
  jobs: [], nodes: [], allocations: new Map(), truncated: false, loaded: false,
  openJobs: new Set(),
  selected: '', task: '', stream: 'stdout', log: { text: '', note: '' },
  now: Date.now(),
};
let drawing = false;

function update(change) {
  state = { ...state, ...change };
  if (!drawing) {
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      render(h(page, { state, act }), root);
    });
  }
}

// The token comes in the fragment, which browsers send to nobody; it is taken out of the address at once.
function takeToken() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  if (fragment.has('token')) {
    sessionStorage.setItem('holdfast-token', fragment.get('token'));
    history.replaceState(null, '', location.pathname + location.search);
  }
  return sessionStorage.getItem('holdfast-token') || '';
}

function askForToken(wrong) {
  render(h(tokenForm, {
    wrong,
    onToken: (token) => {
      sessionStorage.setItem('holdfast-token', token);
      start(token);
    },
  }), root);
}

let act = {};

function start(token) {
  const api = new Api(token, state.project);
  const cluster = new Cluster(api, update, (failure) => {
    if (failure instanceof Unauthenticated) {
      cluster.stop();
      sessionStorage.removeItem('holdfast-token');
      askForToken(true);
    }
  });
  const tail = new LogTail(api, (log) => update({ log }));
  let opener = null;

  const showLog = () => {
    const allocation = state.allocations.get(state.selected);
    const task = state.task || (allocation && allocation.tasks.length ? allocation.tasks[0].name : '');
    tail.open(state.selected, task, state.stream);
  };
  act = {
    toggleJob: (job) => {
      const openJobs = new Set(state.openJobs);
      if (!openJobs.delete(job)) {
        openJobs.add(job);
      }
      update({ openJobs });
    },
    select: (id) => {
      opener = document.activeElement;
      const allocation = state.allocations.get(id);
      update({ selected: id, task: allocation && allocation.tasks.length ? allocation.tasks[0].name : '' });
      showLog();
    },
    deselect: () => {
      tail.close();
      update({ selected: '', log: { text: '', note: '' } });
      if (opener && opener.focus) {
        opener.focus();
      }
    },
    showTask: (task) => {
      update({ task });
      showLog();
    },
    showStream: (stream) => {
      update({ stream });
      showLog();
    },
    theme: () => {
      const dark = getComputedStyle(document.documentElement).getPropertyValue('--is-dark').trim() === '1';
      setTheme(dark ? 'light' : 'dark');
    },
  };
  update({});
  cluster.start();
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  localStorage.setItem('holdfast-theme', theme);
  update({});
}

if (localStorage.getItem('holdfast-theme')) {
  document.documentElement.dataset.theme = localStorage.getItem('holdfast-theme');
}
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && state.selected) {
    act.deselect();
  }
});
// a link with a token that is opened in the same tab changes the fragment only
addEventListener('hashchange', () => {
  if (location.hash.includes('token=')) {
    takeToken();
    location.reload();
  }
});
setInterval(() => update({ now: Date.now() }), 10_000);

const token = takeToken();
if (token) {
  start(token);
} else {
  askForToken(false);
}
