package io.sluice.server.config;

import io.sluice.definitions.yaml.Fields;
import io.sluice.definitions.yaml.Value;
import io.sluice.server.trust.Role;
import io.sluice.server.trust.Token;
import io.sluice.server.trust.TokenDigest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the configuration's tokens. The secret itself is never in it, only where it is or what its
 * digest is, so a configuration can be shown, logged and committed.
 */
final class TokenReader {

    private static final Map<String, Role> ROLES =
            Arrays.stream(Role.values())
                    .collect(Collectors.toUnmodifiableMap(Role::word, Function.identity()));

    /** As long as the header in which senders without a token name their source. */
    private static final int MAX_SOURCE_LENGTH = 100;

    private static final int MAX_ROLE_LENGTH = 100;

    private final Path folder;
    private final Map<String, String> environment;
    private final Set<String> names = new HashSet<>();
    private final Map<TokenDigest, String> holders = new HashMap<>();

    /**
     * For one configuration.
     *
     * @param folder where files with tokens are looked for
     * @param environment variables that may hold tokens
     */
    TokenReader(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** One token of the list; two of them must not have one name, or be one secret. */
    Optional<Token> token(Fields fields) {
        Optional<String> name =
                fields.require("name", Value::someText).filter(n -> isNew(fields, n));
        Optional<TokenDigest> digest = digest(fields, name.orElse("another token"));
        Optional<List<Role>> roles =
                fields.require("roles", v -> v.someOf(role -> role.oneOf(ROLES)));
        Optional<Value> source = fields.value("source");
        if (source.isPresent() && roles.isPresent() && !roles.get().contains(Role.INGEST)) {
            source.get().wrongKey("a source for a token that may not send", "the role ingest");
        }
        Optional<String> sendsAs = source.isPresent() ? source.get().text(MAX_SOURCE_LENGTH) : name;
        Optional<Value> approvesAt = fields.value("approves");
        List<String> approves =
                fields.optional("approves", v -> v.someOf(role -> role.text(MAX_ROLE_LENGTH)))
                        .orElse(List.of());
        if (approvesAt.isPresent() && roles.isPresent() && !roles.get().contains(Role.OPERATE)) {
            approvesAt.get().wrongKey("approvals by a token that may not", "the role operate");
        }
        if (name.isEmpty() || digest.isEmpty() || roles.isEmpty() || sendsAs.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Token(
                        name.get(),
                        digest.get(),
                        Set.copyOf(roles.get()),
                        sendsAs.get(),
                        Set.copyOf(approves)));
    }

    private boolean isNew(Fields fields, String name) {
        if (names.add(name)) {
            return true;
        }
        fields.value("name").orElseThrow().wrong("a second token of " + name, "each name once");
        return false;
    }

    private Optional<TokenDigest> digest(Fields fields, String name) {
        Optional<Value> where = fields.exactlyOne("env", "file", "sha256");
        Optional<TokenDigest> digest =
                where.flatMap(
                        value ->
                                switch (value.key()) {
                                    case "env" -> variable(value).flatMap(t -> digest(value, t));
                                    case "file" -> file(value).flatMap(t -> digest(value, t));
                                    default -> hex(value);
                                });
        return digest.filter(
                known -> {
                    String first = holders.putIfAbsent(known, name);
                    if (first != null) {
                        where.orElseThrow().wrong("the same token as " + first, "one of its own");
                    }
                    return first == null;
                });
    }

    private Optional<String> variable(Value value) {
        return value.someText()
                .flatMap(
                        variable -> {
                            String token = environment.get(variable);
                            return token == null
                                    ? value.wrong(
                                            "the environment has no variable " + variable,
                                            "a variable that holds the token")
                                    : Optional.of(token);
                        });
    }

    private Optional<String> file(Value value) {
        return value.someText()
                .flatMap(
                        file -> {
                            try {
                                return Optional.of(Files.readString(folder.resolve(file)));
                            } catch (IOException | IllegalArgumentException e) {
                                return value.wrong(
                                        "cannot read " + file + " (" + e + ")",
                                        "a file that holds nothing but the token");
                            }
                        });
    }

    /** The secret stays out of what is said about it. */
    private static Optional<TokenDigest> digest(Value value, String text) {
        String token = text.strip();
        return token.length() < TokenDigest.MIN_TOKEN_LENGTH
                ? value.wrong(
                        "this token has " + token.length() + " characters",
                        "at least "
                                + TokenDigest.MIN_TOKEN_LENGTH
                                + "; `sluice token` makes a good one")
                : Optional.of(TokenDigest.of(token));
    }

    private static Optional<TokenDigest> hex(Value value) {
        return value.someText()
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(TokenDigest.ofHex(text));
                            } catch (IllegalArgumentException e) {
                                return value.wrong(
                                        "this is no digest",
                                        "the 64 hexadecimal digits that `sluice token` prints");
                            }
                        });
    }
}
