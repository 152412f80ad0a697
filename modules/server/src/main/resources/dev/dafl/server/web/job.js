// A job: where it stands, its curves, pictures, events, files, log and configuration.

import {actions} from './actions.js';
import {artefact, download, json, picture, request, stream, text} from './api.js';
import {chart} from './curves.js';
import {age, attempt, badge, bytes, duration, ended, h, instant, number, percent, refill, several, table} from './dom.js';
import {CHARTS, Curves, progressBar, runWords, sentence, weight} from './runs.js';

const PICTURES = [['generated.png', 'Images that the generator makes'], ['class-means.png', 'The mean of the generated images of each class']];
const SHOWN_EVENTS = 300;
const LOG_TAIL = 65536;
const LOG_PAUSE = 3000;

export function jobView(main, {match, feed, may, go, titled}) {
  const id = Number(match[1]);
  let job = null;
  let run = '';
  let chosen = false;
  let closed = false;
  let events = null;
  const curves = new Map();
  const of = name => curves.get(name) ?? curves.set(name, new Curves()).get(name);
  const reloads = new Set();
  let timer = 0;

  const title = h('h1', {tabindex: -1}, `Job ${id}`);
  const summary = h('div.summary');
  const runs = h('section', {'aria-label': 'Runs', hidden: true});
  const charts = CHARTS.map(kind => ({...kind, ...chart({title: kind.title, share: kind.share}), used: false}));
  const firstCharts = h('div.charts', {}, charts.filter(c => !c.more).map(c => c.element));
  const moreCharts = h('details', {}, h('summary', {}, 'More curves'), h('div.charts', {}, charts.filter(c => c.more).map(c => c.element)));
  const picker = h('select', {id: 'run', onchange: () => choose(picker.value)});
  const pick = h('p.bar', {hidden: true}, h('label', {for: 'run'}, 'Curves and pictures of'), picker);
  const noCurves = h('p.note', {}, 'There are curves when the first steps are done.');
  const pictures = PICTURES.map(([file, words]) => {
    const image = picture(words);
    const caption = h('figcaption', {}, words);
    return {file, image, words, caption, figure: h('figure.picture', {hidden: true}, image.element, caption)};
  });
  const noPictures = h('p.note', {}, 'There are pictures when there is a checkpoint, or the end.');
  const list = h('ol.events', {'aria-label': 'Events, the newest first'});
  const onlyWarnings = h('input', {type: 'checkbox', onchange: () => list.classList.toggle('weighty', onlyWarnings.checked)});
  const eventNote = h('p.note', {hidden: true}, 'Older ones are left out.');
  const warnings = h('div.warnings', {role: 'region', 'aria-label': 'Warnings', hidden: true});
  const files = h('div.files', {}, h('p.note', {}, 'None yet.'));
  const log = h('pre.log', {tabindex: 0, role: 'log', 'aria-label': 'Log', 'aria-live': 'off'});
  const logBox = h('details', {}, h('summary', {}, 'Log'), log,
    h('button', {type: 'button', onclick: () => attempt(() => download(`/jobs/${id}/log`, `job-${id}.log`))}, 'Download the log'));
  const config = h('pre', {tabindex: 0, 'aria-label': 'Configuration'});
  const configBox = h('details', {}, h('summary', {}, 'Configuration'), config,
    may('submit') && h('p', {}, h('a', {href: `#/submit?from=${id}`}, 'Change it and submit it again')));

  main.append(title, summary, warnings, runs,
    h('section', {'aria-labelledby': 'h-curves'}, h('h2', {id: 'h-curves'}, 'Curves'), pick, noCurves, firstCharts, moreCharts),
    h('section', {'aria-labelledby': 'h-pictures'}, h('h2', {id: 'h-pictures'}, 'Pictures'), noPictures,
      h('div.pictures', {}, pictures.map(p => p.figure))),
    h('section', {'aria-labelledby': 'h-events'}, h('h2', {id: 'h-events'}, 'Events'),
      h('label.box', {}, onlyWarnings, ' Only warnings and failures'), list, eventNote),
    h('section', {'aria-labelledby': 'h-files'}, h('h2', {id: 'h-files'}, 'Files'), files),
    h('section', {'aria-label': 'Log and configuration'}, logBox, configBox));

  /** Brings something up to date soon, once for however many events ask for it. */
  function soon(what) {
    reloads.add(what);
    timer ||= setTimeout(() => {
      timer = 0;
      const now = [...reloads];
      reloads.clear();
      now.forEach(one => attempt(one));
    }, 250);
  }

  function show(changed) {
    if (changed.id !== id || (job && changed.revision < job.revision)) {
      return;
    }
    const before = job;
    job = changed;
    titled(`${job.name}, job ${id}`);
    refill(title, job.name);
    const fact = (name, ...value) => value.some(v => v !== undefined && v !== '') && h('div', {}, h('dt', {}, name), h('dd', {}, value));
    const only = job.kind === 'experiment' ? job.runs[0] : undefined;
    refill(summary,
      h('p.standing', {}, badge(job.state), ' ', job.reason && h('span', {}, job.reason)),
      only?.message && only.message !== job.reason && h('p.error', {}, only.message),
      progressBar(job),
      h('dl.figures', {}, only && [fact('Teacher', percent(only.teacher)), fact('Student', percent(only.student)),
        fact('Agreement', percent(only.agreement))],
      job.started && job.ended && fact('Took', duration((Date.parse(job.ended) - Date.parse(job.started)) / 1000))),
      h('p.note', {}, `Job ${id}, ${job.kind} of ${job.owner}, submitted `, age(job.submitted),
        `; priority ${job.priority}, ${several(job.cores, 'core')}${job.runs.some(run => run.gpus > 0) ? ' and 1 GPU' : ''} a run`,
        only && only.attempt > 1 ? `, attempt ${only.attempt}` : '', '.'),
      h('div.buttons', {}, actions(job, may, result => result ? show(result) : go('/jobs')),
        h('a.button', {href: `#/jobs?compare=${id}`, 'data-key': 'compare'}, 'compare with others'),
        only && reportLink(only)));
    if (job.kind === 'matrix') {
      runs.hidden = false;
      if (!before || job.runs.some((r, i) => r.state !== before.runs[i]?.state)) {
        soon(loadTable);
      }
      showRuns();
    }
    if (!chosen) {
      choose((job.runs.find(r => r.state === 'running') ?? job.runs.find(r => r.state === 'succeeded') ?? job.runs[0])?.name ?? '', true);
    }
    if (before && ended(before.state) && !ended(job.state)) {
      events?.again();
    }
    if (before?.state !== job.state) {
      soon(loadFiles);
    }
  }

  const folder = of => of.folder === '' || of.folder === '.' ? '' : `${of.folder}/`;

  const reportLink = of => ended(of.state) && of.step > 0 && h('a.button', {
    href: `#/jobs/${id}/report/${folder(of)}report.html`, target: '_blank', rel: 'opener', 'data-key': `report-${of.name}`,
  }, 'report', h('span.unseen', {}, ` of ${of.name}, in a new tab`));

  const runTable = h('div');
  const matrixTable = h('div');
  runs.append(h('h2', {}, 'Table'), matrixTable, h('h2', {}, 'Runs'), runTable);

  function showRuns() {
    refill(runTable, table('Runs', ['Run', 'State', 'Progress', 'Teacher', 'Student', 'Agreement', ''], job.runs.map(r => [
      r.name,
      [badge(r.state), r.message && h('p.note', {}, r.message)],
      [runWords(r), r['seconds-left'] !== undefined && r.state === 'running' ? h('p.note', {}, `${duration(r['seconds-left'])} left`) : '',
        r.attempt > 1 ? h('p.note', {}, `attempt ${r.attempt}`) : ''],
      percent(r.teacher), percent(r.student), percent(r.agreement),
      reportLink(r) || '',
    ])));
    const names = job.runs.map(r => r.name);
    if (names.join('\n') !== [...picker.options].map(o => o.value).join('\n')) {
      picker.replaceChildren(...names.map(name => h('option', {value: name}, name)));
      picker.value = run;
      pick.hidden = names.length < 2;
    }
  }

  async function loadTable() {
    const response = await request(`/jobs/${id}/table`, {known: [404, 409]});
    if (!response.ok) {
      matrixTable.replaceChildren(h('p.note', {}, 'There is a table when the first run is over.'));
      return;
    }
    const {rows} = await response.json();
    const axes = [...new Set(rows.flatMap(row => Object.keys(row.labels)))];
    const spread = (s, tell) => s === undefined ? '' : tell(s.mean) + (s.count > 1 ? ` ± ${tell(s.std)}` : '');
    const references = rows.some(row => row.reference);
    matrixTable.replaceChildren(table('What came out of the matrix so far',
      [...(axes.length > 0 ? axes : ['all']), 'runs', 'teacher', 'student', 'agreement', ...(references ? ['reference'] : []), 'time a run', 'recovered'],
      rows.map(row => [
        ...(axes.length > 0 ? axes.map(axis => row.labels[axis] ?? '') : ['']),
        `${row.runs} of ${row.planned}${row.failed.length > 0 ? `, ${row.failed.length} failed` : ''}`,
        spread(row.teacher, percent), spread(row.student, percent), spread(row.agreement, percent),
        ...(references ? [[percent(row.reference?.student), row.reference?.note && h('p.note', {}, row.reference.note)]] : []),
        spread(row.seconds, duration), String(row.recovered),
      ])));
  }

  function choose(name, byItself = false) {
    chosen ||= !byItself || name !== '';
    run = name;
    picker.value = name;
    pictures.forEach(p => {
      p.image.clear();
      p.figure.hidden = true;
    });
    drawCurves();
    soon(loadPictures);
  }

  function drawCurves() {
    const data = of(run);
    let some = false;
    let more = false;
    for (const one of charts) {
      const series = data.of(one.id);
      one.element.hidden = series.length === 0;
      one.update(series);
      some ||= series.length > 0;
      more ||= one.more && series.length > 0;
    }
    noCurves.hidden = some;
    moreCharts.hidden = !more;
  }

  async function loadPictures() {
    const of = job?.runs.find(r => r.name === run);
    if (!of) {
      return;
    }
    for (const p of pictures) {
      if (await p.image.load(artefact(id, folder(of) + p.file))) {
        p.figure.hidden = closed;
        noPictures.hidden = true;
        p.caption.textContent = `${p.words}${of.step > 0 && !ended(of.state) ? `, as of step ${number(of.step)}` : ''}`;
      }
    }
  }

  async function loadFiles() {
    const {artefacts} = await json(`/jobs/${id}/artefacts`);
    refill(files, artefacts.length === 0 ? h('p.note', {}, 'None yet.') : table('Files', ['File', 'Size', 'Changed', ''], artefacts.map(file => [
      file.path, bytes(file.bytes), age(file.modified),
      h('button', {
        type: 'button', 'data-key': file.path, 'aria-label': `Download ${file.path}`,
        onclick: () => attempt(() => download(artefact(id, file.path), file.path.split('/').at(-1))),
      }, 'download')])));
  }

  function happened(batch) {
    const items = [];
    let drawn = false;
    for (const {data} of batch) {
      const {event, time} = data;
      const whose = data.run ?? '';
      const name = whose || job?.runs[0]?.name || '';
      drawn = of(name).add(event) && name === run || drawn;
      if (['checkpointed', 'finished'].includes(event.event)) {
        name === run && soon(loadPictures);
        soon(loadFiles);
        event.event === 'finished' && job?.kind === 'matrix' && soon(loadTable);
      }
      const words = sentence(event);
      if (words) {
        const kind = weight(event);
        const inMatrix = job?.kind === 'matrix' && whose;
        items.unshift(h(`li.${kind || 'plain'}`, {}, h('span.when', {}, instant(time)),
          kind && h('strong', {}, kind === 'warning' ? 'Warning' : 'Failure'), inMatrix && h('code', {}, whose), h('span', {}, words)));
        if (event.event === 'warning' && ![...warnings.children].some(p => p.dataset.text === words)) {
          warnings.hidden = false;
          warnings.append(h('p', {'data-text': words}, h('strong', {}, 'Warning: '), words));
          while (warnings.children.length > 5) {
            warnings.firstChild.remove();
          }
        }
      }
    }
    list.prepend(...items);
    eventNote.hidden &&= list.children.length <= SHOWN_EVENTS;
    // Warnings and failures stay longest.
    const plain = [...list.children].filter(item => item.className === 'plain');
    plain.slice(Math.max(0, plain.length - list.children.length + SHOWN_EVENTS)).forEach(item => item.remove());
    [...list.children].slice(SHOWN_EVENTS).forEach(item => item.remove());
    drawn && drawCurves();
  }

  // The log: its tail first, then what is new.
  let offset = null;
  const decoder = new TextDecoder();
  let logTimer = 0;
  let reading = false;
  async function readLog() {
    if (closed || reading || !logBox.open) {
      return;
    }
    clearTimeout(logTimer);
    reading = true;
    try {
      const response = await request(`/jobs/${id}/log`, {known: [404, 416], headers: {Range: offset === null ? `bytes=-${LOG_TAIL}` : `bytes=${offset}-`}});
      if (response.ok) {
        const first = offset === null;
        const start = Number(/bytes (\d+)-/.exec(response.headers.get('Content-Range') ?? '')?.[1] ?? 0);
        const data = new Uint8Array(await response.arrayBuffer());
        let more = decoder.decode(data, {stream: true});
        offset = start + data.length;
        if (first && start > 0) {
          more = `…\n${more.slice(more.indexOf('\n') + 1)}`;
        }
        const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 30;
        log.append(more);
        if (atEnd || first) {
          log.scrollTop = log.scrollHeight;
        }
      }
      if (log.textContent === '') {
        log.dataset.empty = 'The log is empty.';
      }
    } catch (e) {
      log.dataset.empty = e.message;
    }
    reading = false;
    if (job && !ended(job.state)) {
      logTimer = setTimeout(readLog, LOG_PAUSE);
    }
  }
  logBox.addEventListener('toggle', readLog);

  configBox.addEventListener('toggle', () => configBox.open && config.textContent === '' && attempt(async () => {
    config.textContent = await text(`/jobs/${id}/config`);
  }));

  async function load() {
    try {
      show(await json(`/jobs/${id}`));
    } catch (e) {
      if (!closed) {
        refill(main, h('h1', {tabindex: -1}, `Job ${id}`), h('p.error', {role: 'alert'}, e.message), h('a', {href: '#/jobs'}, 'Jobs'));
        main.querySelector('h1').focus();
      }
      return;
    }
    if (!events && !closed) {
      events = stream(`/jobs/${id}/events`, {
        events: happened,
        over: async () => {
          show(await json(`/jobs/${id}`));
          return ended(job.state);
        },
      });
    }
  }

  const off = feed.listen({
    opened: load,
    job: show,
    deleted: gone => gone === id && !closed && go('/jobs'),
  });
  return {
    title: `Job ${id}`,
    close() {
      closed = true;
      off();
      events?.close();
      clearTimeout(timer);
      clearTimeout(logTimer);
      charts.forEach(c => c.close());
      pictures.forEach(p => p.image.clear());
    },
  };
}
