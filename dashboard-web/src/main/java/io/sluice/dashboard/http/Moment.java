package io.sluice.dashboard.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * When an answer was made. It is a part of the answer and not of its entity tag: nothing is new
 * because time has passed. (On a component it stands for the accessor that it makes.)
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.METHOD})
public @interface Moment {}
