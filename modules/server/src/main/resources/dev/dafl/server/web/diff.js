// What differs between two texts, line by line.

const MOST = 4e6;

/** Lines as {kind: 'same' | 'gone' | 'new', text}. */
export function diff(before, after) {
  const a = before.split('\n');
  const b = after.split('\n');
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) {
    start++;
  }
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) {
    endA--;
    endB--;
  }
  const line = (kind, text) => ({kind, text});
  return [
    ...a.slice(0, start).map(text => line('same', text)),
    ...between(a.slice(start, endA), b.slice(start, endB), line),
    ...a.slice(endA).map(text => line('same', text)),
  ];
}

/** By the longest common subsequence; texts that are too long for that are told one after the other. */
function between(a, b, line) {
  if (a.length * b.length > MOST) {
    return [...a.map(text => line('gone', text)), ...b.map(text => line('new', text))];
  }
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] = a[i] === b[j] ? length[(i + 1) * width + j + 1] + 1
        : Math.max(length[(i + 1) * width + j], length[i * width + j + 1]);
    }
  }
  const all = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      all.push(line('same', a[i++]));
      j++;
    } else if (j === b.length || (i < a.length && length[(i + 1) * width + j] >= length[i * width + j + 1])) {
      all.push(line('gone', a[i++]));
    } else {
      all.push(line('new', b[j++]));
    }
  }
  return all;
}
