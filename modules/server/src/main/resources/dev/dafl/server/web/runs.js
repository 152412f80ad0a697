// What the events of a job say of its runs: curves and a list.

import {Series} from './curves.js';
import {duration, h, number, percent} from './dom.js';

const TITLES = {
  accuracy: 'Accuracy and agreement', loss: 'Losses of the generator', 'student-loss': 'Loss of the student',
  'teacher-loss': 'Training of the teacher', health: 'Health of the generator', 'class-share': 'Classes in a batch', rate: 'Learning rates',
};

/** The kinds of curves, those that people look at first. */
export const CHARTS = Object.entries(TITLES).map(([id, title]) => (
  {id, title, share: id === 'accuracy' || id === 'class-share', more: ['health', 'class-share', 'rate'].includes(id)}));

// A number that JSON has not is written as a word.
const value = v => typeof v === 'number' ? v : Number(String(v).replace(/^(-?)inf(inity)?$/i, '$1Infinity'));

/** The curves of a run, which grow with its events. */
export class Curves {
  #charts = new Map();

  /** All series of a chart. */
  of(id) {
    return [...(this.#charts.get(id)?.values() ?? [])];
  }

  /** Whether the event was of a curve. */
  add(event) {
    if (event.event === 'progress') {
      for (const metric of event.metrics) {
        const chart = this.#chart(metric.group, event.phase);
        chart && this.#put(chart, this.#name(metric), event.step, value(metric.value));
      }
      return true;
    }
    if (event.event === 'evaluated' && event.network === 'student') {
      this.#put('accuracy', 'student, on test images', event.step, value(event.accuracy));
      return true;
    }
    if (event.event === 'selected') {
      this.#put('accuracy', 'selected, agreement', event.step, value(event.agreement));
      return true;
    }
    return false;
  }

  #chart(group, phase) {
    if (phase === 'teacher') {
      return group === 'teacher-loss' ? group : null;
    }
    return {agreement: 'accuracy', total: 'loss', progress: null}[group] ?? (group === 'agreement' || group in TITLES ? group : null);
  }

  #name({group, name}) {
    return {agreement: `${name}, agreement in the batch`, total: `${name}, in total`}[group] ?? name;
  }

  #put(chart, name, x, y) {
    if (!this.#charts.has(chart)) {
      this.#charts.set(chart, new Map());
    }
    const series = this.#charts.get(chart);
    if (!series.has(name)) {
      series.set(name, new Series(name));
    }
    series.get(name).add(x, y);
  }
}

const steps = event => `step ${number(event.step)}`;

/** An event in a sentence; empty for those that only curves show. */
export function sentence(event) {
  switch (event.event) {
    case 'environment':
      return `libtorch ${event.libtorch} on ${event.device}, ${event.precision}, ${event.threads} thread${event.threads === 1 ? '' : 's'} (${event.why})`;
    case 'reading':
      return event.done >= event.total ? `Read ${event.what}: ${number(event.total)} images.` : '';
    case 'downloading':
      return event.total > 0 && event.bytes >= event.total ? `Downloaded ${event.from}.` : '';
    case 'data-loaded':
      return `Data: ${event.dataset}, ${number(event.train)} images to train on, ${number(event.test)} to measure on (${duration(event.seconds)}).`;
    case 'doing':
      return `Now ${event.what}.`;
    case 'decided':
      return `Decided: ${event.what}, ${event.why}.`;
    case 'resumed':
      return `Goes on with the ${event.phase} after ${steps(event)}.`;
    case 'warning':
      return event.text;
    case 'checkpointed':
      return `Checkpoint of ${steps(event)}.`;
    case 'teacher-reused':
      return `The teacher was trained before: ${event.from}.`;
    case 'evaluated':
      return `The ${event.network} has ${percent(value(event.accuracy))} on the test images${event.step > 0 ? `, of ${steps(event)}` : ''}.`;
    case 'selected':
      return `The student of ${steps(event)} is the best so far, with an agreement of ${percent(value(event.agreement))}.`;
    case 'recovered':
      return `The generator had died at ${steps(event)} (${event.reason}); that of step ${number(event['back-to'])} is back, with its rate times ${event['rate-factor']}.`;
    case 'failed':
      return event.reason;
    case 'finished':
      return `The run is over: ${event.result?.status ?? 'ended'}${event.result?.message ? `, ${event.result.message}` : ''}.`;
    case 'state':
      return `${event.state[0].toUpperCase()}${event.state.slice(1)}${event.reason ? `: ${event.reason}` : '.'}`;
    default:
      return '';
  }
}

/** How much an event matters: warning, error or nothing in particular. */
export const weight = event => event.event === 'warning' || event.event === 'recovered' ? 'warning'
  : event.event === 'failed' || (event.event === 'state' && event.state === 'failed')
    || (event.event === 'finished' && event.result?.status === 'failed') ? 'error' : '';

// How far the phase is that a run is in.
const ofPhase = run => run.state === 'succeeded' ? 1 : run.steps > 0 ? run.step / run.steps : 0;

// How far a run is: the training of its teacher is the first half, and its bar never goes back.
const ofRun = run => run.state === 'succeeded' ? 1 : run.phase === undefined ? 0 : (run.phase === 'teacher' ? 0 : 0.5) + ofPhase(run) / 2;

/** How far a job is, from 0 to 1, and in words: an experiment is as far as its phase, which the words name. */
export function progress(job) {
  if (job.kind === 'matrix') {
    const whole = job.runs.filter(run => run.state === 'succeeded').length;
    const done = job.runs.length === 0 ? 0 : job.runs.reduce((sum, run) => sum + ofRun(run), 0) / job.runs.length;
    return {done, words: `${whole} of ${job.runs.length} runs done`};
  }
  const run = job.runs[0];
  return run === undefined ? {done: 0, words: ''} : {done: ofPhase(run), words: runWords(run)};
}

export const runWords = run => run.phase === undefined ? '' : `${run.phase}, step ${number(run.step)} of ${number(run.steps)}`;

/** A bar with words below. */
export function progressBar(job) {
  const {done, words} = progress(job);
  const left = job.runs.filter(run => run.state === 'running' && run['seconds-left'] !== undefined).map(run => run['seconds-left']);
  const time = left.length > 0 && `${duration(Math.max(...left))} left${job.kind === 'matrix' ? ' of what runs now' : ''}`;
  return h('div.far', {}, h('progress', {max: 1, value: done, 'aria-label': `Progress of job ${job.id}`}),
    h('p.note', {}, [words, time].filter(Boolean).join(', ')));
}
