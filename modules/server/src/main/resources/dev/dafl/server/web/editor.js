// A text area for experiments: line numbers, errors at their lines, and completion in a list that the keyboard works.

import {complete} from './completion.js';
import {announce, h} from './dom.js';

const SHOWN = 60;

/**
 * @param label for those who do not see it
 * @param changed is called after each change
 */
export function editor(label, changed) {
  const area = h('textarea', {
    id: 'config', 'aria-label': label, spellcheck: 'false', autocapitalize: 'off', autocomplete: 'off', wrap: 'off', rows: 22,
    'aria-autocomplete': 'list', 'aria-haspopup': 'listbox', 'aria-controls': 'completions', 'aria-describedby': 'config-help',
  });
  const numbers = h('div.numbers');
  const gutter = h('div.gutter', {'aria-hidden': 'true'}, numbers);
  const layer = h('div.layer');
  const ruler = h('span.ruler', {'aria-hidden': 'true'}, 'x'.repeat(50));
  const list = h('ul.completions', {id: 'completions', role: 'listbox', 'aria-label': 'Completions', hidden: true});
  const field = h('div.field', {}, area, h('div.over', {'aria-hidden': 'true'}, layer, ruler), list);
  const element = h('div.editor', {}, gutter, field);
  let schema = null;
  let offer = null;
  let active = 0;
  let errors = [];
  let lines = 0;

  const lineHeight = () => parseFloat(getComputedStyle(area).lineHeight);
  const padding = () => parseFloat(getComputedStyle(area).paddingTop);
  const lineOf = offset => area.value.slice(0, offset).split('\n').length;

  function number() {
    const wanted = area.value.split('\n').length;
    if (wanted !== lines || numbers.dataset.stale) {
      lines = wanted;
      delete numbers.dataset.stale;
      const wrong = new Set(errors.map(error => error.line));
      numbers.replaceChildren(...Array.from({length: lines}, (_, i) =>
        h(wrong.has(i + 1) ? 'span.wrong' : 'span', {}, wrong.has(i + 1) ? `✕ ${i + 1}` : String(i + 1))));
    }
    scroll();
  }

  function scroll() {
    numbers.style.transform = `translateY(${-area.scrollTop}px)`;
    layer.style.transform = `translateY(${-area.scrollTop}px)`;
  }

  /** Messages under their lines; the one in the way of the line that is written steps aside. */
  function showErrors() {
    const caret = lineOf(area.selectionStart);
    const height = lineHeight();
    const byLine = Map.groupBy(errors.filter(error => error.line !== undefined), error => error.line);
    layer.replaceChildren(...[...byLine].flatMap(([line, all]) => {
      const mark = h('div.markline');
      mark.style.top = `${padding() + (line - 1) * height}px`;
      mark.style.height = `${height}px`;
      if (caret > line && caret < line + 3 && document.activeElement === area && area.value.split('\n')[caret - 1].length > 30) {
        return [mark];
      }
      const message = h('div.message', {}, all.map(error => h('p', {}, error.detail)));
      message.style.top = `${padding() + line * height}px`;
      return [mark, message];
    }));
  }

  function close() {
    offer = null;
    list.hidden = true;
    list.replaceChildren();
    area.removeAttribute('aria-activedescendant');
  }

  function select(index) {
    active = (index + list.children.length) % list.children.length;
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', String(i === active)));
    area.setAttribute('aria-activedescendant', list.children[active].id);
    list.children[active].scrollIntoView({block: 'nearest'});
  }

  function open(asked) {
    if (!schema || area.selectionStart !== area.selectionEnd) {
      return;
    }
    const found = complete(schema, area.value, area.selectionStart);
    if (found.options.length === 0 || (!asked && found.word === '' && !/[:{,[-]\s$/.test(area.value.slice(0, area.selectionStart)))
      || (!asked && found.options.length === 1 && found.options[0].text === found.word)) {
      close();
      asked && announce('Nothing is known for this place.');
      return;
    }
    offer = found;
    list.replaceChildren(...found.options.slice(0, SHOWN).map((option, i) => h('li', {
      id: `completion-${i}`, role: 'option', 'aria-selected': 'false',
      onpointerdown: event => {
        event.preventDefault();
        accept(i);
      },
    }, h('span.text', {}, option.text), h('span.note', {}, option.detail))));
    list.hidden = false;
    const before = area.value.slice(0, found.from);
    const column = found.from - before.lastIndexOf('\n') - 1;
    const width = ruler.getBoundingClientRect().width / 50;
    const left = parseFloat(getComputedStyle(area).paddingLeft) + column * width - area.scrollLeft;
    const top = padding() + lineOf(found.from) * lineHeight() - area.scrollTop;
    list.style.left = `${Math.max(0, Math.min(left, field.clientWidth - list.offsetWidth))}px`;
    list.style.top = `${top}px`;
    select(0);
    if (asked) {
      announce(`${found.options.length} completions`);
    }
  }

  function accept(index) {
    const {from, to} = offer;
    const {insert} = offer.options[index];
    close();
    area.focus();
    area.setSelectionRange(from, to);
    replaceSelection(insert);
  }

  /** So that the browser's undo knows of it. */
  function replaceSelection(insert) {
    if (!document.execCommand('insertText', false, insert)) {
      area.setRangeText(insert, area.selectionStart, area.selectionEnd, 'end');
      area.dispatchEvent(new InputEvent('input'));
    }
  }

  area.addEventListener('keydown', event => {
    if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      open(true);
      return;
    }
    if (offer !== null) {
      const chosen = offer.options[active];
      const whole = chosen.text === offer.word;
      switch (event.key) {
        case 'ArrowDown': event.preventDefault(); select(active + 1); return;
        case 'ArrowUp': event.preventDefault(); select(active - 1); return;
        case 'Escape': event.preventDefault(); close(); return;
        case 'Enter':
        case 'Tab':
          if (!event.shiftKey && !whole) {
            event.preventDefault();
            accept(active);
            return;
          }
          close();
          break;
        default:
      }
    }
    if (event.key === 'Enter' && !event.ctrlKey && !event.shiftKey && !event.isComposing) {
      // The next line begins where this one does, or further in after a key that opens a table.
      const line = area.value.slice(area.value.lastIndexOf('\n', area.selectionStart - 1) + 1, area.selectionStart);
      const indent = /^ */.exec(line)[0] + (/:\s*$/.test(line) ? '  ' : /^ *- \S/.test(line) ? '  ' : '');
      if (indent !== '') {
        event.preventDefault();
        replaceSelection(`\n${indent}`);
      }
    }
  });
  area.addEventListener('input', event => {
    number();
    open(false);
    event.inputType === 'insertFromPaste' && close();
    showErrors();
    changed();
  });
  area.addEventListener('scroll', () => {
    scroll();
    close();
  });
  area.addEventListener('blur', () => {
    close();
    showErrors();
  });
  area.addEventListener('click', close);
  const moved = () => document.activeElement === area && showErrors();
  document.addEventListener('selectionchange', moved);
  number();
  return {
    element,
    area,
    get value() {
      return area.value;
    },
    set value(text) {
      area.value = text;
      number();
      changed();
    },
    complete(by) {
      schema = by;
    },
    /** @param found places in this text: {line, detail}, where the line is known */
    show(found) {
      errors = found;
      numbers.dataset.stale = 'true';
      number();
      showErrors();
    },
    goTo(line) {
      const offset = area.value.split('\n').slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
      area.focus();
      area.setSelectionRange(offset, offset);
      area.scrollTop = Math.max(0, (line - 4) * lineHeight());
    },
    close: () => document.removeEventListener('selectionchange', moved),
  };
}
