// Who the caller is, as Chatter tells it.
// @see https://developer.salesforce.com/docs/atlas.en-us.chatterapi.meta/chatterapi/connect_resources_users.htm
import { Router } from 'express';
import type { ApiResponse } from '../apiLocals';

export function userRoutes(): Router {
	return Router().get('/chatter/users/me', (_request, response: ApiResponse) => {
		const { access, version } = response.locals;
		const { userId, username, email, givenName, familyName } = access.user;
		const name = `${givenName} ${familyName}`;
		const photo = { fullEmailPhotoUrl: '/img/userprofile/default_profile_200.png', largePhotoUrl: '/profilephoto/005/F', photoVersionId: null, smallPhotoUrl: '/profilephoto/005/T', standardEmailPhotoUrl: '/img/userprofile/default_profile_45.png', url: `/services/data/${version}/chatter/users/${userId}/photo` };
		response.json({
			aboutMe: null,
			additionalLabel: null,
			address: { city: null, country: 'US', formattedAddress: 'US', state: null, street: null, zip: null },
			bannerPhoto: null,
			chatterActivity: { commentCount: 0, commentReceivedCount: 0, likeReceivedCount: 0, postCount: 0 },
			chatterInfluence: { percentile: '0.0', rank: 1 },
			communityNickname: access.user.name,
			companyName: 'Sandbox Works',
			displayName: name,
			email,
			firstName: givenName,
			followersCount: 0,
			followingCounts: { people: 0, records: 0, total: 0 },
			groupCount: 0,
			hasChatter: true,
			id: userId,
			isActive: true,
			isInThisCommunity: true,
			lastName: familyName,
			managerId: null,
			managerName: null,
			motif: { color: '65CAE4', largeIconUrl: '/img/icon/profile64.png', mediumIconUrl: '/img/icon/profile32.png', smallIconUrl: '/img/icon/profile16.png', svgIconUrl: null },
			mySubscription: null,
			name,
			outOfOffice: { message: '' },
			phoneNumbers: [],
			photo,
			reputation: null,
			thanksReceived: null,
			title: null,
			type: 'User',
			url: `/services/data/${version}/chatter/users/${userId}`,
			username,
			userType: 'Internal',
		});
	});
}
