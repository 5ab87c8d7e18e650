package io.sluice.engine;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyAttributes;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/**
 * {@code -Dsluice.tries=50} tries every property of this module fifty times as often as every build
 * should. It is registered as a service, so no test has to know of it.
 */
public final class MoreTries implements AroundPropertyHook {
    private static final int TIMES = Integer.getInteger("sluice.tries", 1);

    /** What jqwik does where a property does not say. */
    private static final int USUAL = 1_000;

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.ALL_DESCENDANTS;
    }

    @Override
    public PropertyExecutionResult aroundProperty(
            PropertyLifecycleContext context, PropertyExecutor property) {
        if (TIMES > 1) {
            PropertyAttributes attributes = context.attributes();
            attributes.setTries(Math.multiplyExact(TIMES, attributes.tries().orElse(USUAL)));
        }
        return property.execute();
    }
}
