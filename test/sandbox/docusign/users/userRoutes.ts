// The account itself, its users, groups and custom fields.
// @see https://developers.docusign.com/docs/esign-rest-api/reference/users/users/
import { Router } from 'express';
import { isAdmin, type AccountState } from '../accountState';
import { badRequest, lacksPermissions } from '../apiErrors';
import { pageOf, parameter, type ApiResponse } from '../apiLocals';
import { docuSignUsers, type Account, type DocuSignUser } from '../directory';
import { customFieldsAnswer, readCustomFields } from '../envelopes/customFields';
import type { DocuSignSettings } from '../settings';
import { idOf } from '../templates/seed';
import { commaList, isWire, wireOf, type Wire } from '../wire';

export function userRoutes(settings: DocuSignSettings): Router {
	const router = Router({ mergeParams: true });

	router.get('/', (_request, response: ApiResponse) => void response.json(accountAnswer(response.locals.state)));

	router.get('/users', (request, response: ApiResponse) => {
		const { account } = response.locals.state;
		const [email, part, name] = ['email', 'email_substring', 'user_name_substring'].map((key) => parameter(request, key)?.toLowerCase());
		const status = commaList(parameter(request, 'status')).map((word) => word.toLowerCase());
		const found = membersOf(account)
			.filter((user) => email === undefined || user.email === email)
			.filter((user) => part === undefined || user.email.includes(part))
			.filter((user) => name === undefined || nameOf(user).toLowerCase().includes(name))
			.filter(() => status.length === 0 || status.includes('active'));
		const { items, position } = pageOf(request, found, { uri: `/accounts/${account.accountId}/users`, maxCount: 100, pageSize: Math.min(100, settings.docuSignPageSize) });
		response.json({ users: items.map((user) => userAnswer(account, user)), ...position });
	});

	router.get('/users/:userId', (request, response: ApiResponse) => {
		const { account } = response.locals.state;
		const user = membersOf(account).find(({ userId }) => userId === String(request.params['userId']).toLowerCase());
		if (!user) throw badRequest('INVALID_USERID', 'Invalid UserId.');
		response.json(userAnswer(account, user));
	});

	router.get('/groups', (request, response: ApiResponse) => {
		const { account } = response.locals.state;
		const groups = ['Administrators', 'Everyone'].map((groupName, index) => ({
			groupId: String(5_000_001 + index),
			groupName,
			groupType: groupName === 'Everyone' ? 'everyoneGroup' : 'adminGroup',
			permissionProfileId: idOf(account.accountId, groupName),
			usersCount: String(groupName === 'Everyone' ? account.members.length : account.admins.length),
		}));
		const { items, position } = pageOf(request, groups, { uri: `/accounts/${account.accountId}/groups`, maxCount: 100, pageSize: Math.min(100, settings.docuSignPageSize) });
		response.json({ groups: items, ...position });
	});

	router.route('/custom_fields')
		.get((_request, response: ApiResponse) => void response.json(customFieldsAnswer(response.locals.state.customFields)))
		.post((request, response: ApiResponse) => {
			const { state, user } = response.locals;
			if (!isAdmin(state, user)) throw lacksPermissions();
			const body = wireOf(request.body);
			const wrapped = Object.fromEntries(Object.entries(body).map(([kind, list]) => [kind, isWire(list) ? [list] : list]));
			const added = readCustomFields(wrapped);
			state.customFields.push(...added);
			response.status(201).json(customFieldsAnswer(added));
		});
	return router;
}

function accountAnswer({ account: { accountId, name, members } }: AccountState): Wire {
	return {
		accountIdGuid: accountId,
		accountName: name,
		externalAccountId: '',
		planName: 'Business Pro',
		planClassification: 'business',
		currencyCode: 'USD',
		createdDate: '2025-01-06T09:00:00.0000000Z',
		seatsAllowed: '100',
		seatsInUse: String(members.length),
		suspensionStatus: '',
		envelopeSendingBlocked: 'false',
		connectPermission: 'enabled',
	};
}

function membersOf({ members }: Account): DocuSignUser[] {
	return docuSignUsers.filter(({ name }) => members.includes(name));
}

function nameOf({ givenName, familyName }: DocuSignUser): string {
	return `${givenName} ${familyName}`;
}

function userAnswer({ admins }: Account, user: DocuSignUser): Wire {
	const { name, userId, givenName, familyName, email } = user;
	return { userId, userName: nameOf(user), firstName: givenName, lastName: familyName, email, userStatus: 'Active', userType: 'CompanyUser', isAdmin: admins.includes(name) ? 'True' : 'False', createdDateTime: '2025-01-06T09:00:00.0000000Z', uri: `/users/${userId}` };
}
