/**
 * The language as JSON Schema, for editors that complete, explain and check while one writes. The
 * readers stay the authority; that both say the same is what {@code SchemaAgreementTest} proves.
 */
@NullMarked
package io.sluice.definitions.schema;

import org.jspecify.annotations.NullMarked;
