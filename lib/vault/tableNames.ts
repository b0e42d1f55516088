import {
	IdentifierNode,
	OperationNodeTransformer,
	type CreateIndexNode,
	type KyselyPlugin,
	type PluginTransformQueryArgs,
	type PluginTransformResultArgs,
	type PrimaryKeyConstraintNode,
	type QueryId,
	type QueryResult,
	type RootOperationNode,
	type SchemableIdentifierNode,
	type UnknownRow,
} from 'kysely';

import type { Backend } from './backend';
import { TABLE_NAMES } from './schema';

/** As CamelCasePlugin has left them. */
const OURS: ReadonlySet<string> = new Set(TABLE_NAMES.map((name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)));

class TableNameTransformer extends OperationNodeTransformer {
	constructor(private readonly tables: Backend['tables']) {
		super();
	}

	protected override transformSchemableIdentifier(node: SchemableIdentifierNode, queryId?: QueryId): SchemableIdentifierNode {
		const { identifier } = node;
		if (!OURS.has(identifier.name)) return super.transformSchemableIdentifier(node, queryId);
		return {
			kind: 'SchemableIdentifierNode',
			...(this.tables.schema && { schema: IdentifierNode.create(this.tables.schema) }),
			identifier: this.prefixed(identifier),
		};
	}

	// The names of indexes, and of what makes one, share the schema with whatever else lives there.
	protected override transformCreateIndex(node: CreateIndexNode, queryId?: QueryId): CreateIndexNode {
		const index = super.transformCreateIndex(node, queryId);
		return { ...index, name: this.prefixed(index.name) };
	}

	protected override transformPrimaryKeyConstraint(node: PrimaryKeyConstraintNode, queryId?: QueryId): PrimaryKeyConstraintNode {
		const constraint = super.transformPrimaryKeyConstraint(node, queryId);
		return { ...constraint, ...(constraint.name && { name: this.prefixed(constraint.name) }) };
	}

	private prefixed({ name }: IdentifierNode): IdentifierNode {
		return IdentifierNode.create(`${this.tables.prefix}${name}`);
	}
}

/**
 * Turns the short table names of `schema.ts` into the real ones. Comes after CamelCasePlugin, which would rewrite a
 * prefix or schema that has capitals. Hence no alias or CTE may bear the name of a table.
 */
export class TableNamePlugin implements KyselyPlugin {
	private readonly transformer: TableNameTransformer;

	constructor(tables: Backend['tables']) {
		this.transformer = new TableNameTransformer(tables);
	}

	transformQuery({ node, queryId }: PluginTransformQueryArgs): RootOperationNode {
		return this.transformer.transformNode(node, queryId);
	}

	async transformResult({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
		return result;
	}
}
