// Light colouring of YAML and of JSON: what stands out is keys, texts, numbers and comments. Nothing depends on it.

const YAML = [
  ['comment', /(?:^|\s)#.*$/y], ['string', /"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/y],
  ['key', /[\w.$?*-]+(?=\s*:(?:\s|$))/y], ['time', /\d{4}-\d\d-\d\dT[\d:.]+Z?/y],
  ['number', /-?\d+(?:\.\d+)?(?:ns|us|ms|s|m|h|d|w|MiB|KiB|GiB)?(?![\w.])/y],
  ['word', /\b(?:and|or|not|in|like|matches|contains|is|null|true|false|of|permute|until|within|for)\b~?/y],
  ['reference', /[$@][\w.]+/y], ['link', /->>?|[!|](?=\s*\w)/y], ['mark', /^---|[{}[\],:>|-]/y],
];
const JSONS = [
  ['key', /"(?:[^"\\]|\\.)*"(?=\s*:)/y], ['string', /"(?:[^"\\]|\\.)*"/y], ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['word', /\b(?:true|false|null)\b/y], ['mark', /[{}[\],:]/y],
];
const LONGEST = 4000;

/** Pieces of a line, `[kind, text]`; kind is null for what is plain. */
export function pieces(line, language) {
  if (line.length > LONGEST) return [[null, line]];
  const rules = language === 'json' ? JSONS : YAML;
  const result = [];
  let plain = '';
  let position = 0;
  while (position < line.length) {
    const found = match(rules, line, position);
    if (found) {
      if (plain) result.push([null, plain]);
      plain = '';
      result.push(found);
      position += found[1].length;
    } else {
      // A word is one piece, so that what is inside of it is no keyword.
      const word = /[\w.]+|[^]/y;
      word.lastIndex = position;
      const text = word.exec(line)[0];
      plain += text;
      position += text.length;
    }
  }
  if (plain) result.push([null, plain]);
  return result;
}

function match(rules, line, position) {
  for (const [kind, expression] of rules) {
    expression.lastIndex = position;
    const found = expression.exec(line);
    if (found && found[0]) return [kind, found[0]];
  }
  return null;
}
