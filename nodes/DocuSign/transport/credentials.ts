export const USER_LOGIN = 'docuSignUserLoginOAuth2Api';
export const SERVER_LOGINS = { jwtBearer: 'docuSignJwtBearerOAuth2Api' } as const;
