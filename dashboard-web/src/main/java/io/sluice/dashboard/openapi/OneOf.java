package io.sluice.dashboard.openapi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The only words that a text may be. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface OneOf {
    /** No enum: the words are given. */
    enum Nothing {}

    /** The enum whose constants' names they are. */
    Class<? extends Enum<?>> value() default Nothing.class;

    /** Constants of it that are never answered. */
    String[] except() default {};

    /** The words themselves, where no enum has them. */
    String[] words() default {};
}
