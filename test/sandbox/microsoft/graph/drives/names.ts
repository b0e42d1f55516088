// Which names files and folders may have.
// @see https://support.microsoft.com/office/restrictions-and-limitations-in-onedrive-and-sharepoint-64883a5d-228e-48f5-b3d2-eb39e07630fa
import { invalidRequest } from '../errors';
import { pathOf, type Node } from './node';

const reserved = /^(?:\.lock|con|prn|aux|nul|com\d|lpt\d|desktop\.ini)$|^~\$|_vti_/i;
/** Of the decoded path, the site's part included. */
const longestPath = 400;

/** Throws a GraphError 400. */
export function checkName(name: string, parent: Node, sitePath: string): void {
	if (name === '' || name === '.' || name === '..' || /["*:<>?/\\|]/.test(name) || /^\s|\s$|\.$/.test(name) || reserved.test(name)) {
		throw invalidRequest('The provided name cannot contain any of the following characters, or is reserved: " * : < > ? / \\ |', 'invalidPath');
	}
	if (`${sitePath.slice(1)}${pathOf(parent)}/${name}`.length > longestPath) throw invalidRequest('The item path is too long.', 'pathIsTooLong');
}

/** `report.docx`, `report 1.docx`, `report 2.docx`, … */
export function freeName(name: string, parent: Node): string {
	const dot = name.lastIndexOf('.');
	const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
	for (let number = 1; ; number++) {
		const candidate = `${stem} ${number}${extension}`;
		if (!parent.children!.has(candidate.toLowerCase())) return candidate;
	}
}
