// As much of YAML as experiments have, for completion and comparison; what is right the server says. A text that is being written
// makes sense too.

const KEY = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'|([^\s#&*!|>'"%@`{}[\],?:-][^:#{}[\],]*?|-[^\s:][^:]*?))\s*:(?=\s|$)/;

/** A table or a list of the text: its parent, the key (or the place) that it has there, and the values that it has itself. */
function frame(kind, indent, parent, via, flow = false) {
  const made = {kind, indent, flow, parent, via, values: new Map(), key: '', size: 0};
  if (parent) {
    parent.values.set(String(via), made);
  }
  return made;
}

/**
 * Reads a text.
 *
 * @param cursor an offset, or -1
 * @returns the outermost table, and what is at the cursor: {frame, key, word, from, to, item}. `key` is null where a key is
 * written, and that of the value otherwise; `item` says that it begins an entry of a list.
 */
export function read(text, cursor = -1) {
  const root = frame('map', 0, null, '');
  let stack = [root];
  let hit = null;
  const top = () => stack.at(-1);

  function at(from, to, about) {
    if (hit === null && cursor >= from && cursor <= to) {
      hit = {...about, word: text.slice(from, cursor), from, to};
    }
  }

  /** The table whose keys stand in a column. */
  function mapAt(column) {
    while (stack.length > 1 && (top().indent > column || (top().indent === column && top().kind === 'list'))) {
      stack.pop();
    }
    if (top().kind === 'list') {
      stack.push(frame('map', column, top(), top().size - 1));
    } else if (top().indent < column && top().key !== '') {
      stack.push(frame('map', column, top(), top().key));
    }
    return top();
  }

  function listAt(column) {
    while (stack.length > 1 && top().indent > column) {
      stack.pop();
    }
    if (!(top().kind === 'list' && top().indent === column)) {
      stack.push(frame('list', column, top(), top().key));
    }
    return top();
  }

  function unquote(word) {
    const trimmed = word.trim();
    return /^(["']).*\1$/s.test(trimmed) && trimmed.length > 1 ? trimmed.slice(1, -1) : trimmed;
  }

  /** Where the comment of a plain scalar begins, or its line ends. */
  function endOfScalar(from, end) {
    const comment = /(?:^|\s)#/.exec(text.slice(from, end));
    let to = comment ? from + comment.index : end;
    while (to > from && /\s/.test(text[to - 1])) {
      to--;
    }
    return to;
  }

  /** A table or list in braces, from its bracket; returns where it ends. */
  function flow(start, parent, via) {
    let pos = start;
    const open = [];
    let holder = parent;
    let name = via;
    let begin = -1;
    const inner = () => open.at(-1);
    const finish = end => {
      const current = inner();
      const from = begin < 0 ? end : begin;
      let to = end;
      while (to > from && /\s/.test(text[to - 1])) {
        to--;
      }
      const word = unquote(text.slice(from, to));
      // What has no word yet begins after the spaces before the cursor.
      const place = begin < 0 && cursor <= end && cursor > (current.mark ?? -1) ? cursor : from;
      if (current.kind === 'map' && current.key === '') {
        at(place, Math.max(place, to), {frame: current, key: null, item: false});
      } else if (current.kind === 'map') {
        at(place, Math.max(place, to), {frame: current, key: current.key, item: false});
        if (word !== '' && !(current.values.get(current.key)?.values)) {
          current.values.set(current.key, word);
        }
      } else {
        at(place, Math.max(place, to), {frame: current, key: '', item: true});
        if (word !== '') {
          current.values.set(String(current.size++), word);
        }
      }
      begin = -1;
    };
    for (; pos < text.length; pos++) {
      const c = text[pos];
      if (c === '{' || c === '[') {
        if (open.length > 0) {
          holder = inner();
          name = holder.kind === 'map' ? holder.key : holder.size++;
        }
        open.push(frame(c === '{' ? 'map' : 'list', Infinity, holder, name, true));
        inner().mark = pos;
        begin = -1;
      } else if (c === '}' || c === ']') {
        finish(pos);
        open.pop();
        if (open.length === 0) {
          return pos + 1;
        }
        inner().closed = true;
        begin = -1;
        inner().mark = pos;
      } else if (c === ',') {
        inner().closed ? inner().closed = false : finish(pos);
        inner().key = '';
        inner().mark = pos;
      } else if (c === ':' && inner().kind === 'map' && inner().key === '' && begin >= 0 && /[\s,}\]]|^$/.test(text[pos + 1] ?? '')) {
        const key = unquote(text.slice(begin, pos));
        at(begin, pos, {frame: inner(), key: null, item: false});
        inner().key = key;
        inner().values.set(key, '');
        inner().mark = pos;
        begin = -1;
      } else if (c === '#' && /\s/.test(text[pos - 1] ?? ' ')) {
        const end = text.indexOf('\n', pos);
        pos = end < 0 ? text.length : end;
      } else if ((c === '"' || c === '\'') && begin < 0) {
        begin = pos;
        const end = text.indexOf(c, pos + 1);
        pos = end < 0 ? text.length : end;
      } else if (begin < 0 && !/\s/.test(c)) {
        begin = pos;
      }
    }
    finish(text.length);
    return text.length;
  }

  let pos = 0;
  while (pos <= text.length) {
    let end = text.indexOf('\n', pos);
    end = end < 0 ? text.length : end;
    let column = pos;
    while (column < end && text[column] === ' ') {
      column++;
    }
    const line = pos;
    pos = end + 1;
    if (column === end || text[column] === '#') {
      if (cursor >= line && cursor <= column) {
        const before = stack;
        stack = [...stack];
        const indent = cursor - line;
        at(cursor, cursor, {frame: mapAt(indent), key: null, item: false});
        // A table that only an empty line has is none.
        stack = before;
      }
      continue;
    }
    let item = false;
    while (text[column] === '-' && (column + 1 === end || text[column + 1] === ' ')) {
      const list = listAt(column - line);
      list.size++;
      item = true;
      column++;
      while (column < end && text[column] === ' ' && column !== cursor) {
        column++;
      }
      if (column === end || column === cursor && text.slice(column, end).trim() === '') {
        at(column, column, {frame: list, key: '', item: true});
        break;
      }
      while (column < end && text[column] === ' ') {
        column++;
      }
    }
    if (column >= end) {
      continue;
    }
    const key = KEY.exec(text.slice(column, end));
    if (key === null) {
      if (text[column] === '{' || text[column] === '[') {
        const list = top();
        pos = Math.max(pos, next(flow(column, list, list.kind === 'list' ? list.size - 1 : list.key)));
        continue;
      }
      const to = endOfScalar(column, end);
      if (item) {
        at(column, to, {frame: top(), key: '', item: true});
        top().values.set(String(top().size - 1), unquote(text.slice(column, to)));
      } else if (cursor >= column && cursor <= to) {
        const before = stack;
        stack = [...stack];
        at(column, to, {frame: mapAt(column - line), key: null, item: false});
        stack = before;
      }
      continue;
    }
    const map = mapAt(column - line);
    const name = key[1] ?? key[2] ?? key[3];
    map.key = name;
    map.values.set(name, '');
    let value = column + key[0].length;
    at(column, value - 1, {frame: map, key: null, item: false});
    while (value < end && text[value] === ' ' && value !== cursor) {
      value++;
    }
    if (text[value] === '{' || text[value] === '[') {
      const after = flow(value, map, name);
      pos = Math.max(pos, next(after));
      continue;
    }
    if (/^[|>][+-]?\d?\s*$/.test(text.slice(value, end))) {
      pos = pastBlock(pos, column - line);
      map.values.set(name, text.slice(value, pos).trim());
      continue;
    }
    const to = endOfScalar(value, end);
    at(value, to, {frame: map, key: name, item: false});
    map.values.set(name, unquote(text.slice(value, to)));
  }

  function next(from) {
    const end = text.indexOf('\n', from);
    return end < 0 ? text.length + 1 : end + 1;
  }

  /** Past the lines of a block scalar: those further in than its key. */
  function pastBlock(from, indent) {
    let now = from;
    while (now <= text.length) {
      const line = text.slice(now, next(now) - 1);
      if (line.trim() !== '' && line.length - line.trimStart().length <= indent) {
        return now;
      }
      now = next(now);
    }
    return now;
  }

  return {root, hit};
}

/** Every single value by its path, such as `generator.losses.one-hot.weight`; entries of lists go by name where they have one. */
export function flatten(text) {
  const all = new Map();
  (function walk(frame, path) {
    for (const [key, value] of frame.values) {
      const name = frame.kind === 'list' && value.values ? value.values.get('name') ?? key : key;
      const here = path === '' ? String(name) : `${path}.${name}`;
      if (value.values) {
        walk(value, here);
      } else {
        all.set(here, value);
      }
    }
  })(read(text).root, '');
  return all;
}
