import { sha256, type PortalMembership, type StoredRegistration, type Vault } from '../vault';
import { ownerKeyOf } from './connection';

/** Which portal a connection belongs to: its trigger's own, unless that carries a sign-in credential which others may carry as well. */
export function portalIdOf({ portal, owner }: Pick<StoredRegistration, 'portal' | 'owner'>): string {
	return portal?.id ?? ownerKeyOf(owner);
}

/**
 * The portal of everybody who holds this sign-in credential. Only with its secret can a trigger join (S34). A change of the
 * vault's key leaves it the same one, with its sessions.
 * @param material all that makes the credential what it is, secret included
 */
export function sharedPortalId(vault: Pick<Vault, 'lastingProofOf'>, signInMethod: PortalMembership['signInMethod'], material: readonly string[]): string {
	return `${signInMethod}:${sha256(vault.lastingProofOf(JSON.stringify(['portal', signInMethod, ...material])))}`;
}
