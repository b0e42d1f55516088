/** What a source file imports and says, read from its syntax tree: comments do not count. */
import ts from 'typescript';

export interface Import {
	specifier: string;
	/** Gone at run time: `import type`, or nothing but `type` names. */
	typeOnly: boolean;
	line: number;
}

export interface Told {
	/** An identifier, a string, or the fixed part of a template or of JSX. */
	text: string;
	line: number;
}

export interface Source {
	imports: Import[];
	told: Told[];
	/** Lines that read `process.env`, in whatever spelling. */
	environment: number[];
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
	if (ts.isExportDeclaration(node)) return node.isTypeOnly || (node.exportClause !== undefined && ts.isNamedExports(node.exportClause) && node.exportClause.elements.length > 0 && node.exportClause.elements.every((element) => element.isTypeOnly));
	const { importClause } = node;
	if (importClause === undefined) return false;
	if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
	const { name, namedBindings } = importClause;
	return name === undefined && namedBindings !== undefined && ts.isNamedImports(namedBindings) && namedBindings.elements.length > 0 && namedBindings.elements.every((element) => element.isTypeOnly);
}

function isProcess(node: ts.Expression): boolean {
	return (ts.isIdentifier(node) && node.text === 'process') || (ts.isPropertyAccessExpression(node) && node.name.text === 'process');
}

/** Whether this node reaches for the environment: `process.env`, `process['env']`, `const { env } = process`. */
function readsEnvironment(node: ts.Node): boolean {
	if (ts.isPropertyAccessExpression(node)) return node.name.text === 'env' && isProcess(node.expression);
	if (ts.isElementAccessExpression(node)) return ts.isStringLiteralLike(node.argumentExpression) && node.argumentExpression.text === 'env' && isProcess(node.expression);
	if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !isProcess(node.initializer) || !ts.isObjectBindingPattern(node.name)) return false;
	return node.name.elements.some((element) => (element.propertyName ?? element.name).getText() === 'env');
}

function specifierOf(node: ts.Node): { node: ts.StringLiteralLike; typeOnly: boolean } | undefined {
	if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier && ts.isStringLiteralLike(node.moduleSpecifier)) return { node: node.moduleSpecifier, typeOnly: isTypeOnly(node) };
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument) && ts.isStringLiteralLike(node.argument.literal)) return { node: node.argument.literal, typeOnly: true };
	if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference) && ts.isStringLiteralLike(node.moduleReference.expression)) return { node: node.moduleReference.expression, typeOnly: node.isTypeOnly };
	if (!ts.isCallExpression(node)) return undefined;
	const { expression } = node;
	const isLoading = expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(expression) && expression.text === 'require') || (ts.isPropertyAccessExpression(expression) && /^(require\.resolve|module\.require|process\.getBuiltinModule)$/.test(expression.getText()));
	const [argument] = node.arguments;
	return isLoading && argument !== undefined && ts.isStringLiteralLike(argument) ? { node: argument, typeOnly: false } : undefined;
}

function textOf(node: ts.Node): string | undefined {
	if (ts.isIdentifier(node) || ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isJsxText(node)) return node.text;
	return ts.isRegularExpressionLiteral(node) ? node.text : undefined;
}

export function readSource(path: string, code: string): Source {
	const file = ts.createSourceFile(path, code, ts.ScriptTarget.Latest, true, path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);
	const source: Source = { imports: [], told: [], environment: [] };
	const lineOf = (node: ts.Node) => file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
	const visit = (node: ts.Node): void => {
		const imported = specifierOf(node);
		if (imported !== undefined) source.imports.push({ specifier: imported.node.text, typeOnly: imported.typeOnly, line: lineOf(imported.node) });
		const text = textOf(node);
		if (text !== undefined) source.told.push({ text, line: lineOf(node) });
		if (readsEnvironment(node)) source.environment.push(lineOf(node));
		ts.forEachChild(node, visit);
	};
	visit(file);
	return source;
}
