// Which tiles somebody can see, or is about to: those and no others cost anything.

const AFTER_MS = 200;

/** @param {{ elements: Iterable<Element>, onChange(visible: ReadonlySet<Element>): void }} options */
export function watchView({ elements, onChange }) {
  const visible = new Set();
  let timer;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (isIntersecting) visible.add(target);
        else visible.delete(target);
      }
      clearTimeout(timer);
      timer = setTimeout(() => onChange(visible), AFTER_MS);
    },
    { rootMargin: '200px 0px' },
  );
  for (const element of elements) observer.observe(element);
}
