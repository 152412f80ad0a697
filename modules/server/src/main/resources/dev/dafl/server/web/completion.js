// What can be written at a place of an experiment, by its schema.

import {read} from './yaml.js';

/** The alternatives that a schema is made of, without references. */
function plain(schema, node) {
  if (node === undefined) {
    return [];
  }
  if (node.$ref) {
    return plain(schema, node.$ref.split('/').slice(1).reduce((at, key) => at?.[key], schema));
  }
  const forms = node.anyOf ?? node.oneOf;
  return forms ? forms.flatMap(form => plain(schema, form)) : [node];
}

/** The alternatives that a table or list can be, given what it says of itself. */
function shapes(schema, frame) {
  if (!frame.parent) {
    return plain(schema, schema);
  }
  const kind = frame.kind === 'map' ? 'object' : 'array';
  return below(schema, frame.parent, frame.via).filter(form => form.type === kind && fits(form, frame));
}

const below = (schema, frame, key) => shapes(schema, frame)
  .flatMap(form => plain(schema, frame.kind === 'list' ? form.items : form.properties?.[key]));

/** A table that names a plugin or a kind is none of another. */
const fits = (form, frame) => Object.entries(form.properties ?? {})
  .every(([key, property]) => property.const === undefined || !frame.values.get(key) || frame.values.get(key) === property.const);

function told(property, forms) {
  const type = [...new Set(forms.map(form => form.enum || form.const !== undefined ? 'one of' : form.type).filter(Boolean))];
  const preset = property.default;
  return [property.description, type.includes('one of') ? '' : type.map(t => ({object: 'table', array: 'list'})[t] ?? t).join(' or '),
    preset === undefined || typeof preset === 'object' ? '' : `usually ${preset}`].filter(Boolean).join(', ');
}

/** Values that a schema knows by name. */
function words(forms) {
  const all = new Map();
  for (const form of forms) {
    for (const value of form.enum ?? []) {
      all.set(String(value), forms.find(other => other.properties?.name?.const === value)?.description ?? '');
    }
    form.const !== undefined && all.set(String(form.const), '');
    form.type === 'boolean' && all.set('true', '').set('false', '');
  }
  return [...all];
}

/** Names of plugins stand in the tables that give their options. */
function constants(schema, frame, key) {
  const all = new Map();
  for (const form of shapes(schema, {...frame, values: new Map([...frame.values].filter(([k]) => k !== key))})) {
    for (const one of plain(schema, form.properties?.[key])) {
      one.const !== undefined && all.set(String(one.const), form.description ?? '');
    }
  }
  return [...all];
}

/**
 * What can stand at an offset: {from, to, options: [{text, detail, insert}]}, those that begin with what is written first. Empty
 * options where the schema knows nothing.
 */
export function complete(schema, text, offset) {
  const {hit} = read(text, offset);
  if (hit === null) {
    return {from: offset, to: offset, word: '', options: []};
  }
  const {frame, key, item} = hit;
  const tables = item ? below(schema, frame, '') : shapes(schema, frame);
  const keysOf = (forms, taken) => {
    const all = new Map();
    for (const form of forms) {
      for (const [name, property] of Object.entries(form.properties ?? {})) {
        if (!taken.has(name) || name === current(text, hit)) {
          all.set(name, told(property, plain(schema, property)));
        }
      }
    }
    // Where the colon stands already, only the key is exchanged.
    const colon = /^\s*:/.test(text.slice(hit.to)) ? '' : ': ';
    return [...all].map(([name, detail]) => ({text: name, detail, insert: name + colon}));
  };
  const values = all => [...new Map(all)].map(([name, detail]) => ({text: name, detail, insert: name}));
  const options = key === null ? keysOf(tables, frame.values)
    : item ? [...values(words(tables)), ...(frame.flow ? [] : keysOf(tables, new Map()))]
      : values([...words(below(schema, frame, key)), ...constants(schema, frame, key)]);
  const word = hit.word.toLowerCase();
  const matching = options.filter(option => option.text.toLowerCase().includes(word))
    .sort((a, b) => Number(b.text.startsWith(word)) - Number(a.text.startsWith(word)));
  return {from: hit.from, to: hit.to, word: hit.word, options: matching};
}

const current = (text, hit) => text.slice(hit.from, hit.to).trim();
