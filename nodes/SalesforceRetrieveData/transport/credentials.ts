export const USER_LOGIN = 'salesforceUserLoginOAuth2Api';
export const SERVER_LOGINS = { clientCredentials: 'salesforceClientCredentialsOAuth2Api', jwtBearer: 'salesforceJwtBearerOAuth2Api' } as const;
