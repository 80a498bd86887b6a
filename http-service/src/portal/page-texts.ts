// Which language the page speaks: the best of Accept-Language that texts/ has a file for, else English.

export interface PageTexts {
  readonly lang: string;
  readonly texts: unknown;
}

const DEFAULT_LANGUAGE = 'en';

export function chooseTexts(texts: ReadonlyMap<string, unknown>, acceptLanguage: string): PageTexts {
  for (const tag of preferredTags(acceptLanguage)) {
    for (const lang of [tag, tag.split('-')[0] ?? tag]) {
      if (texts.has(lang)) return { lang, texts: texts.get(lang) };
    }
  }
  return { lang: DEFAULT_LANGUAGE, texts: texts.get(DEFAULT_LANGUAGE) };
}

/** RFC 9110, 12.5.4: comma-separated ranges with weights. Bounded: a header can be 16 KiB. */
function preferredTags(acceptLanguage: string): string[] {
  return acceptLanguage
    .slice(0, 200)
    .split(',')
    .map((range) => {
      const [tag = '', weight = 'q=1'] = range.trim().split(/\s*;\s*/);
      return { tag: tag.toLowerCase(), weight: Number(weight.replace(/^q=/, '')) || 0 };
    })
    .filter(({ tag, weight }) => tag !== '' && weight > 0)
    .sort((one, other) => other.weight - one.weight)
    .map(({ tag }) => tag);
}
