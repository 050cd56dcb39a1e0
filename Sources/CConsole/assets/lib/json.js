// JSON as it was written: whole numbers that a double does not hold keep their digits, where the browser shows them.
class ExactNumber extends Number {
  #source;

  constructor(source) {
    super(source);
    this.#source = source;
  }

  toString() { return this.#source; }

  toJSON() { return JSON.rawJSON(this.#source); }
}

/** The value of a JSON text. A number that is not exact is an object that counts as the nearest one and is written as it was. */
export function parse(text) {
  return JSON.parse(text, typeof JSON.rawJSON === 'function' ? exact : undefined);
}

function exact(name, value, { source } = {}) {
  return typeof value === 'number' && source && String(value) !== source && /^-?\d+$/.test(source) ? new ExactNumber(source) : value;
}
