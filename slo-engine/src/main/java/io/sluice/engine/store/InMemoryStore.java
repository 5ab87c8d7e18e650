package io.sluice.engine.store;

import io.sluice.engine.series.SeriesKey;
import io.sluice.engine.series.StoredBlock;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A store for tests and tools, gone with the process. Thread-safe. */
public final class InMemoryStore implements Store {
    private final Map<String, String> meta = new HashMap<>();
    private final Map<BlockKey, StoredBlock> blocks = new HashMap<>();
    private final Map<String, StoredCounter> counters = new HashMap<>();
    private final NavigableMap<String, StoredAlert> alerts = new TreeMap<>();
    private final Map<String, StoredIncident> incidents = new HashMap<>();
    private final NavigableMap<Long, StoredNotification> notifications = new TreeMap<>();
    private final Map<RunKey, StoredRun> runs = new HashMap<>();
    private final Map<StepKey, StoredStep> steps = new HashMap<>();
    private final Map<StratumKey, StoredStratum> strata = new HashMap<>();
    private final Map<String, StoredDecision> decisions = new LinkedHashMap<>();
    private final Map<DeploymentKey, StoredDeployment> deployments = new HashMap<>();
    private long appliedOffset;
    private long lastNotification;
    private long lastDecision;
    private boolean closed;

    /** An empty one. */
    public InMemoryStore() {}

    @Override
    public synchronized void commit(Consumer<Transaction> work) {
        requireOpen();
        Changes changes = new Changes();
        work.accept(changes);
        changes.apply();
    }

    @Override
    public synchronized long appliedOffset() {
        requireOpen();
        return appliedOffset;
    }

    @Override
    public synchronized Optional<String> meta(String name) {
        requireOpen();
        return Optional.ofNullable(meta.get(name));
    }

    @Override
    public synchronized Optional<StoredBlock> block(SeriesKey series, long hour) {
        requireOpen();
        return Optional.ofNullable(blocks.get(new BlockKey(series, hour)));
    }

    @Override
    public void blocks(long fromHour, long toHour, Consumer<StoredBlock> consumer) {
        select(blocks.values(), block -> block.hour() >= fromHour && block.hour() < toHour)
                .forEach(consumer);
    }

    @Override
    public void counters(Consumer<StoredCounter> consumer) {
        select(counters.values(), counter -> true).forEach(consumer);
    }

    @Override
    public List<StoredAlert> alerts() {
        return select(alerts.values(), alert -> true);
    }

    @Override
    public List<StoredIncident> incidents(long fromMillis, long toMillis) {
        return select(
                        incidents.values(),
                        incident ->
                                incident.beganAtMillis() >= fromMillis
                                        && incident.beganAtMillis() < toMillis)
                .stream()
                .sorted(
                        Comparator.comparingLong(StoredIncident::beganAtMillis)
                                .thenComparing(StoredIncident::id))
                .toList();
    }

    @Override
    public Optional<StoredIncident> incident(String id) {
        return select(incidents.values(), incident -> incident.id().equals(id)).stream()
                .findFirst();
    }

    @Override
    public List<StoredNotification> dueNotifications(long atMillis, int limit) {
        return select(notifications.values(), message -> message.nextAttemptAtMillis() <= atMillis)
                .stream()
                .sorted(
                        Comparator.comparingLong(StoredNotification::nextAttemptAtMillis)
                                .thenComparingLong(StoredNotification::id))
                .limit(limit)
                .toList();
    }

    @Override
    public OptionalLong nextNotificationAtMillis() {
        return select(notifications.values(), message -> true).stream()
                .mapToLong(StoredNotification::nextAttemptAtMillis)
                .min();
    }

    @Override
    public List<StoredRun> runs(String cutover) {
        return select(runs.values(), run -> run.cutover().equals(cutover)).stream()
                .sorted(Comparator.comparingInt(StoredRun::run))
                .toList();
    }

    @Override
    public List<StoredStep> steps(String cutover, int run) {
        return select(steps.values(), step -> step.cutover().equals(cutover) && step.run() == run)
                .stream()
                .sorted(
                        Comparator.comparingLong(StoredStep::startedAtMillis)
                                .thenComparingInt(StoredStep::index))
                .toList();
    }

    @Override
    public List<StoredStratum> strata(String cutover, int run) {
        return select(
                        strata.values(),
                        stratum -> stratum.cutover().equals(cutover) && stratum.run() == run)
                .stream()
                .sorted(
                        Comparator.comparingLong(StoredStratum::start)
                                .thenComparing(StoredStratum::metric)
                                .thenComparing(StoredStratum::group))
                .toList();
    }

    @Override
    public List<StoredDecision> decisions(String cutover, int limit) {
        return select(decisions.values(), decision -> decision.cutover().equals(cutover))
                .reversed()
                .stream()
                .limit(limit)
                .toList();
    }

    @Override
    public List<StoredDecision> decisionsAfter(String cutover, int run, String afterId, int limit) {
        long after = StoredDecision.numberOf(afterId).orElse(0);
        return select(
                        decisions.values(),
                        decision ->
                                decision.cutover().equals(cutover)
                                        && decision.run() == run
                                        && StoredDecision.numberOf(decision.id()).orElseThrow()
                                                > after)
                .stream()
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized Optional<StoredDecision> decision(String id) {
        requireOpen();
        return Optional.ofNullable(decisions.get(id));
    }

    @Override
    public List<StoredDeployment> deployments(long fromMillis, long toMillis) {
        return select(
                        deployments.values(),
                        deployment ->
                                deployment.deployedAtMillis() >= fromMillis
                                        && deployment.deployedAtMillis() < toMillis)
                .stream()
                .sorted(
                        Comparator.comparingLong(StoredDeployment::deployedAtMillis)
                                .thenComparing(StoredDeployment::service)
                                .thenComparing(StoredDeployment::version))
                .toList();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized <T> List<T> select(Collection<T> from, Predicate<T> where) {
        requireOpen();
        return from.stream().filter(where).toList();
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreException("the store is closed");
        }
    }

    private record BlockKey(SeriesKey series, long hour) {}

    private record RunKey(String cutover, int run) {}

    private record StepKey(String cutover, int run, int index) {}

    private record StratumKey(String cutover, int run, String metric, long start, String group) {}

    private record DeploymentKey(String service, String version, long deployedAtMillis) {}

    /** Changes are gathered, and made when the work has ended well. */
    private final class Changes implements Transaction {
        private final List<Runnable> changes = new ArrayList<>();
        private final Map<StratumKey, StoredStratum> addedStrata = new HashMap<>();
        private long addedDecisions;

        void apply() {
            changes.forEach(Runnable::run);
        }

        @Override
        public void putAppliedOffset(long offset) {
            changes.add(() -> appliedOffset = offset);
        }

        @Override
        public void putMeta(String name, String value) {
            changes.add(() -> meta.put(name, value));
        }

        @Override
        public void putBlock(StoredBlock block) {
            changes.add(() -> blocks.put(new BlockKey(block.series(), block.hour()), block));
        }

        @Override
        public void expireBlocks(long beforeHour) {
            changes.add(() -> blocks.keySet().removeIf(key -> key.hour() < beforeHour));
        }

        @Override
        public void removeBlocks(String measure, long fromHour) {
            changes.add(
                    () ->
                            blocks.keySet()
                                    .removeIf(
                                            key ->
                                                    key.series().measure().equals(measure)
                                                            && key.hour() >= fromHour));
        }

        @Override
        public void putCounter(StoredCounter counter) {
            changes.add(() -> counters.put(counter.stream(), counter));
        }

        @Override
        public void expireCounters(long beforeEpochSecond) {
            changes.add(
                    () ->
                            counters.values()
                                    .removeIf(
                                            counter ->
                                                    counter.seenAtEpochSecond()
                                                            < beforeEpochSecond));
        }

        @Override
        public void putAlert(StoredAlert alert) {
            changes.add(() -> alerts.put(alert.key(), alert));
        }

        @Override
        public void removeAlert(String key) {
            changes.add(() -> alerts.remove(key));
        }

        @Override
        public void putIncident(StoredIncident incident) {
            changes.add(() -> incidents.put(incident.id(), incident));
        }

        @Override
        public void removeIncident(String id) {
            changes.add(() -> incidents.remove(id));
        }

        @Override
        public void addNotification(
                String target, String idempotencyKey, String body, long nextAttemptAtMillis) {
            changes.add(
                    () -> {
                        long id = ++lastNotification;
                        notifications.put(
                                id,
                                new StoredNotification(
                                        id, target, idempotencyKey, body, 0, nextAttemptAtMillis));
                    });
        }

        @Override
        public void retryNotification(long id, int attempts, long nextAttemptAtMillis) {
            changes.add(
                    () ->
                            notifications.computeIfPresent(
                                    id,
                                    (key, old) ->
                                            new StoredNotification(
                                                    id,
                                                    old.target(),
                                                    old.idempotencyKey(),
                                                    old.body(),
                                                    attempts,
                                                    nextAttemptAtMillis)));
        }

        @Override
        public void removeNotification(long id) {
            changes.add(() -> notifications.remove(id));
        }

        @Override
        public void putRun(StoredRun run) {
            changes.add(() -> runs.put(new RunKey(run.cutover(), run.run()), run));
        }

        @Override
        public void putStep(StoredStep step) {
            changes.add(
                    () -> steps.put(new StepKey(step.cutover(), step.run(), step.index()), step));
        }

        @Override
        public void addStratum(StoredStratum stratum) {
            StratumKey key =
                    new StratumKey(
                            stratum.cutover(),
                            stratum.run(),
                            stratum.metric(),
                            stratum.start(),
                            stratum.group());
            if (strata.containsKey(key) || addedStrata.put(key, stratum) != null) {
                throw new IllegalStateException("sealed already: " + stratum);
            }
            changes.add(() -> strata.put(key, stratum));
        }

        @Override
        public String addDecision(
                String cutover,
                int run,
                int step,
                long atMillis,
                String verdict,
                String evidence,
                String sha256) {
            String id = StoredDecision.idOf(lastDecision + ++addedDecisions);
            changes.add(
                    () -> {
                        lastDecision++;
                        decisions.put(
                                id,
                                new StoredDecision(
                                        id, cutover, run, step, atMillis, verdict, evidence,
                                        sha256));
                    });
            return id;
        }

        @Override
        public void putDeployment(StoredDeployment deployment) {
            changes.add(
                    () ->
                            deployments.put(
                                    new DeploymentKey(
                                            deployment.service(),
                                            deployment.version(),
                                            deployment.deployedAtMillis()),
                                    deployment));
        }
    }
}
