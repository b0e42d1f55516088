import type { Resource } from '../operation';
import { copy } from './copy.operation';
import { createSharingLink } from './createSharingLink.operation';
import { remove } from './delete.operation';
import { download } from './download.operation';
import { get } from './get.operation';
import { getLibraries } from './getLibraries.operation';
import { getVersions } from './getVersions.operation';
import { move } from './move.operation';
import { rename } from './rename.operation';
import { restoreVersion } from './restoreVersion.operation';
import { search } from './search.operation';
import { updateContent } from './updateContent.operation';
import { upload } from './upload.operation';

export const file: Resource = { name: 'File', value: 'file', operations: [copy, createSharingLink, remove, download, get, getLibraries, getVersions, move, rename, restoreVersion, search, updateContent, upload] };
