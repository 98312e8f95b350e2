// How far the reader is, chapter by chapter: what the build knows of the book beside what the device has kept. No page in this file.

/**
 * A row for each page of `contents`, the build's list; `all` is what is kept, `language` the edition.
 * Each pair is [how many done, how many there are].
 */
export function chapterRows(contents, all, language) {
  const made = new Set((all.predictions ?? []).flatMap(({ simulation, mode }) => [simulation, `${simulation} ${mode}`]));
  return contents.map(({ page, href, label, title, sections, predictions, quizzes, practices }) => {
    const within = (names, has) => [names.filter(has).length, names.length];
    return {
      href,
      label,
      title,
      read: [Math.min(sections, all.reading?.[`${language}/${page}`]?.read.length ?? 0), sections],
      predictions: within(predictions, (name) => made.has(name)),
      quizzes: within(quizzes, (name) => name in (all.quizzes ?? {})),
      practices: within(practices, (name) => all.practice?.[name]?.done),
    };
  });
}
