//! Reading the tenant's customers.
