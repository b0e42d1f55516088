import { render } from 'preact-render-to-string';

/** Our own mark: two links that hold each other. */
export const MARK = 'M9.5 14.5 14.5 9.5M11 6.5l1.7-1.7a4.6 4.6 0 0 1 6.5 6.5L17.5 13M13 17.500l-1.7 1.700a4.6 4.6 0 0 1-6.5-6.500L6.5 11';

export const Mark = () => <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><path d={MARK} /></svg>;

/** As it stands in a page, where a company's logo may take its place. */
export const MARK_HTML = render(<Mark />);
