/*
 * Weak references: handles that know whether what they lead to is still there.
 *
 * Owners point down, with pointers, and free what they own. Who points up (a
 * child to its parent, a record to its batch) or sideways owns nothing, and
 * holds a handle. So there are no cycles of owners, and a handle that is kept
 * too long leads nowhere, instead of to what lies there now: every life has a
 * generation of its own.
 *
 *     struct node { struct weir_weak self, parent; struct node **child; ... };
 *
 *     child->parent = parent->self;
 *     struct node *up = weir_weak_get(child->parent);      NULL: it is gone
 *
 * Any threads; but whether a thing dies while another thread uses what
 * weir_weak_get() gave is for those threads to see to.
 */
#ifndef WEIR_BASE_WEAK_H
#define WEIR_BASE_WEAK_H

#include "weir.h"

/* Zeroed it leads nowhere. */
struct weir_weak {
    uint32_t place, generation;
};

/* The thing's life begins. It must end; false where memory was refused. */
bool weir_weak_begin(struct weir_weak *self, void *thing) WEIR_CHECKED;

/* It ends: handles lead nowhere from now on. A zeroed one is allowed. */
void weir_weak_end(struct weir_weak *self);

/* It ends, and another one begins in the same place: a batch refilled. */
void weir_weak_renew(struct weir_weak *self);

/* The thing, or NULL where its life has ended. */
void *weir_weak_get(struct weir_weak weak);

#endif
