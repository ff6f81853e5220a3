"""Files searched for the values of secrets, in every form that a value commonly has and inside archives."""
