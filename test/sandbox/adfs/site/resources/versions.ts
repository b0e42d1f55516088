// Earlier versions of a file. The current one is not among them.
import type { Call } from '../call';
import { saveVersion } from '../data/entries';
import { personById, userIdOf } from '../data/farm';
import { join, pathOf, type File, type FileVersion } from '../data/model';
import { notWithin } from '../errors';
import { argumentOf, type Segment } from '../odata/path';
import { done, type Collection, type Entity } from '../odata/resource';
import { streamOf } from './files';
import { userEntity } from './users';

const labelOf = ({ id }: FileVersion): string => `${id / 512}.0`;

function versionEntity(call: Call, file: File, version: FileVersion): Entity {
	const { web } = file.list;
	const relative = pathOf(file).slice(web.path === '/' ? 1 : web.path.length + 1);
	return {
		kind: 'entity',
		type: 'SP.FileVersion',
		path: `Web/GetFileByServerRelativePath(decodedurl='${pathOf(file).replaceAll("'", "''")}')/Versions(${version.id})`,
		properties: {
			CheckInComment: '',
			Created: version.at,
			ID: version.id,
			IsCurrentVersion: false,
			Length: String(version.content.size),
			Size: version.content.size,
			Url: join('_vti_history', `${version.id}/${relative}`),
			VersionLabel: labelOf(version),
		},
		expandable: { CreatedBy: () => userEntity(call, personById(version.editorId)!) },
		children: { $value: () => streamOf(file, version.content) },
		remove: () => remove(call, file, version),
	};
}

function remove(call: Call, file: File, version: FileVersion): void {
	call.assertWritable(file.list.web);
	file.versions = file.versions.filter((kept) => kept !== version);
}

export function versions(call: Call, file: File): Collection {
	const earlier = file.versions.slice(0, -1);
	const byId = (segment: Segment): FileVersion => found(earlier.find(({ id }) => id === argumentOf(segment, 'vid')));
	const byLabel = (segment: Segment): FileVersion => found(earlier.find((version) => labelOf(version) === argumentOf(segment, 'versionlabel')));
	return {
		kind: 'collection',
		path: `Web/GetFileByServerRelativePath(decodedurl='${pathOf(file).replaceAll("'", "''")}')/Versions`,
		rows: () => earlier.map((version) => versionEntity(call, file, version)),
		key: (segment) => versionEntity(call, file, byId(segment)),
		children: { getbyid: (segment) => versionEntity(call, file, byId(segment)) },
		methods: {
			restorebylabel: (segment) => {
				call.assertWritable(file.list.web);
				saveVersion(file, byLabel(segment).content, userIdOf(call.person));
				return null;
			},
			deletebyid: (segment) => done(remove(call, file, byId(segment))),
			deletebylabel: (segment) => done(remove(call, file, byLabel(segment))),
		},
	};
}

function found(version: FileVersion | undefined): FileVersion {
	if (!version) throw notWithin();
	return version;
}
