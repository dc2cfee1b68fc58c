/*
 * Weak references: handles that know whether their object still exists.
 *
 * An owner has pointers to the objects it owns, and frees them. A reference
 * upwards (from a child to its parent, from a record to its batch) or sideways
 * is a handle, and owns nothing. So there are no cycles of ownership. A handle
 * that is kept too long gives NULL, and not the object that now lies at the
 * same address, because every life of an object has its own generation number.
 *
 *     struct node { struct weir_weak self, parent; struct node **child; ... };
 *
 *     child->parent = parent->self;
 *     struct node *up = weir_weak_get(child->parent);      NULL: it is gone
 *
 * Any thread may call these functions. The threads themselves must make sure
 * that an object is not freed while another thread uses the pointer that
 * weir_weak_get() returned.
 */
#ifndef WEIR_BASE_WEAK_H
#define WEIR_BASE_WEAK_H

#include "weir.h"

/* A handle. A zeroed one refers to nothing. */
struct weir_weak {
    uint32_t place, generation; /* `place` is a slot of the table */
};

/* Begins an object's life; weir_weak_end() must end it. false: no memory. */
bool weir_weak_begin(struct weir_weak *self, void *thing) WEIR_CHECKED;

/* Ends the life: all its handles give NULL. A zeroed handle is allowed. */
void weir_weak_end(struct weir_weak *self);

/* Ends the life and begins a new one of the same object: a batch that is
 * refilled. Older handles give NULL. It cannot fail. */
void weir_weak_renew(struct weir_weak *self);

/* The object, or NULL if its life has ended. */
void *weir_weak_get(struct weir_weak weak);

#endif
