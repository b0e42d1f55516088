// What `_api` answers when it refuses, in SharePoint's own codes. Codes and words are those of captured answers (see README.md);
// where none was found the comment says so.
export class SiteError extends Error {
	constructor(
		readonly status: number,
		readonly code: string,
		message: string,
		readonly headers: Readonly<Record<string, string>> = {},
	) {
		super(message);
	}

	/** @see https://learn.microsoft.com/en-us/sharepoint/dev/sp-add-ins/complete-basic-operations-using-sharepoint-rest-endpoints */
	get body(): object {
		return { 'odata.error': { code: this.code, message: { lang: 'en-US', value: this.message } } };
	}
}

const spException = 'Microsoft.SharePoint.SPException';
const clientQuery = '-1, Microsoft.SharePoint.Client.InvalidClientQueryException';

export const noResource = (segment: string) => new SiteError(404, '-1, Microsoft.SharePoint.Client.ResourceNotFoundException', `Cannot find resource for the request ${segment}.`);
export const badQuery = (words: string) => new SiteError(400, clientQuery, words);
export const badExpression = (text: string) => badQuery(`The expression "${text}" is not valid.`);
export const noField = (name: string) => new SiteError(400, `-1, ${spException}`, `The field or property '${name}' does not exist.`);
export const noColumn = (name: string) => new SiteError(400, `-2147024809, System.ArgumentException`, `Column '${name}' does not exist. It may have been deleted by another user.`);
export const noProperty = (name: string, type: string) => badQuery(`The property '${name}' does not exist on type '${type}'. Make sure to only use property names that are defined by the type.`);
export const notExpanded = (name: string) => new SiteError(400, `-1, ${spException}`, `The query to field '${name}' is not valid. The $select query string must specify the target fields and the $expand query string must contains ${name.split('/')[0]}.`);
export const noListTitled = (title: string, url: string) => new SiteError(404, '-1, System.ArgumentException', `List '${title}' does not exist at site with URL '${url}'.`);
export const noList = () => new SiteError(404, `-2130575322, ${spException}`, 'List does not exist. The page you selected contains a list that does not exist. It may have been deleted by another user.');
export const noItem = () => new SiteError(404, `-2130575338, ${spException}`, 'Item does not exist. It may have been deleted by another user.');
export const noFile = (path: string) => new SiteError(404, `-2130575338, ${spException}`, `The file ${encodeURI(path)} does not exist.`);
export const noFolder = () => new SiteError(404, '-2147024894, System.IO.FileNotFoundException', 'File Not Found.');
export const noUser = (login: string) => new SiteError(400, '-2146232832, Microsoft.SharePoint.SPException', `The specified user ${login} could not be found.`);
export const userMissing = () => new SiteError(404, '-2146232832, Microsoft.SharePoint.SPException', 'User cannot be found.');
export const accessDenied = () => new SiteError(403, '-2147024891, System.UnauthorizedAccessException', 'Access denied. You do not have permission to perform this action or access this resource.');
export const fileExists = (name: string, by: string, at: string) => new SiteError(400, `-2130575257, ${spException}`, `A file with the name ${name} already exists. It was last modified by ${by} on ${at}.`);
/** Of moves and copies. Its HTTP status was not found in a capture. */
export const destinationExists = (name: string) => new SiteError(400, `-2147024713, ${spException}`, `A file or folder with the name ${name} already exists at the destination.`);
export const notWithin = () => new SiteError(400, '-2147024809, System.ArgumentException', 'Value does not fall within the expected range.');
export const badName = (name: string) => new SiteError(400, `-2130575245, ${spException}`, `The file or folder name "${name}" contains characters that are not permitted. Please use a different name.`);
/** The words are SharePoint's; that the code is ERROR_FILENAME_EXCED_RANGE is a guess. */
export const pathTooLong = () => new SiteError(400, '-2147024690, System.IO.PathTooLongException', 'The specified file or folder name is too long. The URL path for all files and folders must be 400 characters or less. Please type a shorter file or folder name.');
export const etagMismatch = (asked: string, has: string) => new SiteError(412, '-1, Microsoft.SharePoint.Client.ClientServiceException', `The request ETag value '${asked}' does not match the object's ETag value '${has}'.`);
export const digestInvalid = () => new SiteError(403, `-2130575252, ${spException}`, "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back button to try your operation again.");
export const threshold = () => new SiteError(500, '-2147024860, Microsoft.SharePoint.SPQueryThrottledException', 'The attempted operation is prohibited because it exceeds the list view threshold.');
/** Neither status nor words of a mismatch were found in a capture; that it is refused is documented. */
export const uploadOffset = () => new SiteError(400, '-2147024809, System.ArgumentException', 'The file offset is not valid.');
export const noUpload = () => new SiteError(400, '-2147024809, System.ArgumentException', 'The upload session does not exist.');
